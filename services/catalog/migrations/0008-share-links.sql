-- Views Details of one video for whoever has the address. The token is kept as it is, not hashed, because its owner is shown
-- the address again whenever he asks; it opens only what this same row says, and ends when the row is deleted.
CREATE TABLE share_link (
  id         text PRIMARY KEY,
  video_id   text NOT NULL REFERENCES video (id) ON DELETE CASCADE,
  token      text NOT NULL UNIQUE,
  name       text NOT NULL DEFAULT '',
  -- What is fixed here can't be widened by who opens the link (contract: ViewsFilter).
  filter     jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz
);
CREATE INDEX share_link_video ON share_link (video_id, created_at DESC);
