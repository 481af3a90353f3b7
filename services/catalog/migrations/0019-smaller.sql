-- The making of smaller renditions of what is published, while nothing else waits.
CREATE TABLE smaller (
  video_id    text PRIMARY KEY REFERENCES video (id) ON DELETE CASCADE,
  -- What was published when it began; of something newer it begins anew.
  prefix      text NOT NULL,
  -- What is known and made so far; only the transcoder knows its shape.
  state       jsonb NOT NULL DEFAULT '{}',
  -- Null while it is being made. Viewers get them, or they would not have been small enough, or they can't be made.
  outcome     text CHECK (outcome IN ('published', 'not_worth', 'failed')),
  -- Grows with every claim and is part of the keys, so that a worker that was presumed dead writes where nobody looks.
  try         integer NOT NULL DEFAULT 0,
  -- Claims since the last step that was done; a stop that was asked for costs none.
  tries_spent integer NOT NULL DEFAULT 0,
  updated_at  timestamptz NOT NULL DEFAULT now()
);
