-- On which sites players may open: of one video, and of a person for all videos that have none of their own.
-- The shape is the contract's embedPolicySchema; sites are named as in Views Details.
CREATE TABLE video_embed_policy (
  video_id   text PRIMARY KEY REFERENCES video (id) ON DELETE CASCADE,
  policy     jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE owner_embed_policy (
  owner_id   text PRIMARY KEY REFERENCES "user" ("id") ON DELETE CASCADE,
  policy     jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
