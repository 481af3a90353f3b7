-- A file that is fetched from an address of the web. Each row is one wish of a person to fetch, also a wish to try again:
-- counting the rows is what limits them, so a row outlives its video for a while.
CREATE TABLE import (
  id               text PRIMARY KEY,
  owner_id         text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  video_id         text UNIQUE REFERENCES video (id) ON DELETE SET NULL,
  -- Empty once the file is here: addresses may hold secrets.
  url              text NOT NULL,
  host             text NOT NULL,
  idempotency_key  text,
  state            text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'fetching', 'stored', 'failed')),
  failure_code     text,
  failure_message  text,
  -- Where the bytes that are here lie, and what names the other site's file for going on with it; null before the first.
  upload_id        text,
  validator        text,
  received_bytes   bigint NOT NULL DEFAULT 0,
  total_bytes      bigint,
  bytes_per_second bigint NOT NULL DEFAULT 0,
  -- Counted when claimed, so that a file that kills its process ends as well.
  tries            integer NOT NULL DEFAULT 0,
  -- Which process works at it, and until when nobody else may.
  holder           text,
  held_until       timestamptz,
  first_claimed_at timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (owner_id, idempotency_key)
);
CREATE INDEX import_owner ON import (owner_id, created_at DESC);
CREATE INDEX import_open ON import (created_at) WHERE state IN ('waiting', 'fetching');
