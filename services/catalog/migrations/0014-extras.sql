ALTER TABLE video
  -- The folder of `storyboard.vtt` and its sheets.
  ADD COLUMN storyboard_prefix     text,
  -- The source that it was made of. Set without a folder where none could be made of it, so that nobody tries for ever.
  ADD COLUMN storyboard_source_key text,
  -- The owner's own picture; shown instead of `poster_key`, which every new version of the video brings along.
  ADD COLUMN chosen_poster_key     text;

-- Looked through once a minute.
CREATE INDEX video_without_storyboard ON video (id)
  WHERE published_prefix IS NOT NULL AND storyboard_source_key IS DISTINCT FROM source_key;

-- The latest wish for a poster and what became of it; a job of an earlier wish changes nothing.
CREATE TABLE poster_wish (
  video_id        text PRIMARY KEY REFERENCES video (id) ON DELETE CASCADE,
  wish_id         uuid NOT NULL,
  -- The moment of the video whose picture is wanted; null for an image that was sent.
  at_ms           integer,
  state           text NOT NULL CHECK (state IN ('working', 'done', 'failed')),
  failure_code    text,
  failure_message text,
  asked_at        timestamptz NOT NULL DEFAULT now()
);
