ALTER TABLE video
  -- What the video was before its file was replaced; it comes back should the new file fail, and goes once that is published whole.
  ADD COLUMN former          jsonb,
  -- Attempts up to this number were made of a former file: they are no tries at the present one.
  ADD COLUMN former_attempts integer NOT NULL DEFAULT 0,
  -- Who may download the video, besides its owner.
  ADD COLUMN downloads       text NOT NULL DEFAULT 'nobody' CHECK (downloads IN ('nobody', 'everyone')),
  -- The one file that is made of what is published, and the prefix that it was made of. A prefix without a file: none could be made.
  ADD COLUMN download_key    text,
  ADD COLUMN download_bytes  bigint NOT NULL DEFAULT 0,
  ADD COLUMN download_of     text;

-- Looked through once a minute.
CREATE INDEX video_without_download ON video (id)
  WHERE downloads = 'everyone' AND status = 'ready' AND download_of IS DISTINCT FROM published_prefix;

-- Finished uploads that replaced a video's file; what is reported twice replaces once.
CREATE TABLE replacement (
  upload_id    text PRIMARY KEY,
  video_id     text NOT NULL REFERENCES video (id) ON DELETE CASCADE,
  uploaded_by  text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  source_bytes bigint NOT NULL,
  replaced_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX replacement_video ON replacement (video_id);
