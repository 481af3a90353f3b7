CREATE TABLE vpub (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug        text NOT NULL UNIQUE,
  name        text NOT NULL,
  description text NOT NULL DEFAULT '',
  owner_id    text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE vpub_member (
  vpub_id   bigint NOT NULL REFERENCES vpub (id) ON DELETE CASCADE,
  user_id   text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  joined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (vpub_id, user_id)
);
CREATE INDEX vpub_member_user ON vpub_member (user_id);

CREATE TABLE vpub_post (
  vpub_id   bigint NOT NULL REFERENCES vpub (id) ON DELETE CASCADE,
  video_id  text NOT NULL REFERENCES video (id) ON DELETE CASCADE,
  posted_by text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  posted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (vpub_id, video_id)
);
CREATE INDEX vpub_post_newest ON vpub_post (vpub_id, posted_at DESC, video_id);
CREATE INDEX vpub_post_video ON vpub_post (video_id);
