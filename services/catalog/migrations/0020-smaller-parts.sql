-- The parts of smaller renditions that are made, each a row of its own: written once, however many there are.
CREATE TABLE smaller_part (
  video_id text NOT NULL REFERENCES smaller (video_id) ON DELETE CASCADE,
  -- The name of the rendition.
  rung     text NOT NULL,
  part     integer NOT NULL,
  -- Only the transcoder knows its shape.
  made     jsonb NOT NULL,
  PRIMARY KEY (video_id, rung, part)
);
