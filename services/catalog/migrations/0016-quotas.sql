-- What one account may keep, where it differs from what the configuration gives to all; null means: as configured.
CREATE TABLE upload_quota (
  user_id    text PRIMARY KEY REFERENCES "user" ("id") ON DELETE CASCADE,
  max_bytes  bigint CHECK (max_bytes >= 0),
  max_videos integer CHECK (max_videos >= 0),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Resumable uploads that are under way, so that one account can't begin them without end. Their bytes lie in the storage.
CREATE TABLE unfinished_upload (
  id         text PRIMARY KEY,
  owner_id   text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX unfinished_upload_owner ON unfinished_upload (owner_id);
