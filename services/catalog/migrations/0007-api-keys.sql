-- Keys that read Views Details of their owner's videos and change nothing. Of a key only its SHA-256 is kept: a key is
-- 192 random bits, so there is nothing to guess, and who reads this table can't use what is in it.
CREATE TABLE api_key (
  id           text PRIMARY KEY,
  owner_id     text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  name         text NOT NULL,
  -- The first characters of the key, for its owner to tell keys apart.
  hint         text NOT NULL,
  key_hash     bytea NOT NULL UNIQUE,
  created_at   timestamptz NOT NULL DEFAULT now(),
  -- To the minute: a busy key must not write with every request.
  last_used_at timestamptz
);
CREATE INDEX api_key_owner ON api_key (owner_id, created_at DESC);
