-- What an upload under way is for and how much of it is here, so that all of a person's together stay within what he may keep,
-- and that it ends when its video is gone. No references: that a video is gone is what is to be noticed.
ALTER TABLE unfinished_upload
  ADD COLUMN video_id text,
  ADD COLUMN replaces text,
  ADD COLUMN received_bytes bigint NOT NULL DEFAULT 0;
CREATE INDEX unfinished_upload_video ON unfinished_upload (video_id) WHERE video_id IS NOT NULL;
