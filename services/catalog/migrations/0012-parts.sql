-- What an attempt learnt about its source and decided to make; null until it was cut into parts.
ALTER TABLE transcode_attempt ADD COLUMN plan jsonb;

-- The work on a video, cut so that any number of workers can do it side by side. The queue only carries it around.
CREATE TABLE transcode_part (
  video_id    text NOT NULL,
  attempt     integer NOT NULL,
  part        integer NOT NULL,
  -- The first version, a stretch of pictures in every rendition, the sound, and what joins them all once they are done.
  kind        text NOT NULL CHECK (kind IN ('first', 'pictures', 'sound', 'finish')),
  -- Of pictures: counted at the output's rate. Null frames reach to the end, wherever that is.
  from_frame  integer NOT NULL DEFAULT 0,
  frames      integer,
  -- Whose turn it is, the lowest first: services/catalog/turns.ts.
  turn        integer NOT NULL DEFAULT 0,
  state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'active', 'done', 'cancelled')),
  -- Grows with every claim and is part of the keys, so that a worker that was presumed dead writes where nobody looks.
  try         integer NOT NULL DEFAULT 0,
  -- Claims that count: a stop that was asked for costs none.
  tries_spent integer NOT NULL DEFAULT 0,
  worker      text,
  job_id      uuid,
  frames_done integer NOT NULL DEFAULT 0,
  speed       real NOT NULL DEFAULT 0,
  result      jsonb,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (video_id, attempt, part),
  FOREIGN KEY (video_id, attempt) REFERENCES transcode_attempt (video_id, attempt) ON DELETE CASCADE
);
CREATE INDEX transcode_part_open ON transcode_part (worker) WHERE state = 'active';

-- The latest turn that each owner was given; the highest of all is where the queue stands.
CREATE TABLE transcode_turn (
  owner_id text PRIMARY KEY REFERENCES "user" ("id") ON DELETE CASCADE,
  given    integer NOT NULL
);
