-- Finished uploads whose video was deleted, for as long as somebody may send one of them again: it is not to come back.
CREATE TABLE deleted_upload (
  upload_id  text PRIMARY KEY,
  deleted_at timestamptz NOT NULL DEFAULT now()
);
