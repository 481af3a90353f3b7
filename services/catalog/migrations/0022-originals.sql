-- Whether the file is kept as it was uploaded once everything was made of it. Where it was deleted, source_key is null and
-- something is published.
ALTER TABLE video ADD COLUMN keeps_original boolean NOT NULL DEFAULT true;

-- Looked through once a minute.
CREATE INDEX video_with_unwanted_original ON video (id)
  WHERE NOT keeps_original AND source_key IS NOT NULL AND status = 'ready';
