-- Captions of a video, one row for each language. They belong to the video and to no attempt at making it, so they stay
-- when it is encoded again or its file is replaced.
CREATE TABLE caption_track (
  video_id   text NOT NULL REFERENCES video (id) ON DELETE CASCADE,
  -- BCP 47, in its canonical spelling.
  language   text NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('captions', 'subtitles')),
  is_default boolean NOT NULL DEFAULT false,
  -- What viewers get, word for word; the object is a copy of it that can be delivered without this database.
  webvtt     text NOT NULL,
  cue_count  integer NOT NULL,
  object_key text NOT NULL,
  -- Changes with the words; who changes them names the version that he saw.
  version    text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (video_id, language)
);
CREATE UNIQUE INDEX caption_track_default ON caption_track (video_id) WHERE is_default;
