CREATE TABLE video (
  id               text PRIMARY KEY,
  owner_id         text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  title            text NOT NULL,
  description      text NOT NULL DEFAULT '',
  visibility       text NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'unlisted', 'private')),
  status           text NOT NULL CHECK (status IN ('uploading', 'queued', 'processing', 'playable', 'ready', 'failed')),
  -- The finished upload this video came from; its being unique is what makes "accept" happen once.
  upload_id        text UNIQUE,
  source_key       text,
  source_bytes     bigint NOT NULL DEFAULT 0,
  source_name      text NOT NULL DEFAULT '',
  duration_ms      integer NOT NULL DEFAULT 0,
  width            integer NOT NULL DEFAULT 0,
  height           integer NOT NULL DEFAULT 0,
  flags            text[] NOT NULL DEFAULT '{}',
  failure_code     text,
  failure_message  text,
  progress         jsonb,
  -- Counted when a worker claims the job; a worker may only publish for the attempt it claimed.
  current_attempt  integer NOT NULL DEFAULT 0,
  -- The storage prefix that viewers get. One UPDATE of this column publishes.
  published_prefix text,
  poster_key       text,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  published_at     timestamptz
);
CREATE INDEX video_owner ON video (owner_id, created_at DESC, id DESC);
CREATE INDEX video_newest ON video (published_at DESC, id DESC) WHERE visibility = 'public' AND published_at IS NOT NULL;

-- Who worked on what: lets a restarted worker hand back the jobs its former self was killed with.
CREATE TABLE transcode_attempt (
  video_id    text NOT NULL REFERENCES video (id) ON DELETE CASCADE,
  attempt     integer NOT NULL,
  job_id      uuid NOT NULL,
  worker      text NOT NULL,
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  outcome     text,
  PRIMARY KEY (video_id, attempt)
);
CREATE INDEX transcode_attempt_open ON transcode_attempt (worker) WHERE finished_at IS NULL;
