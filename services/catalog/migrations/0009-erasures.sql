-- Videos whose plays are to be gone from every disk. A row stays until its last run is over, so that no restart loses one.
-- Times are whole milliseconds, as programs compare them.
CREATE TABLE erasure (
  video_id     text PRIMARY KEY,
  requested_at timestamptz(3) NOT NULL DEFAULT now(),
  -- Plays that were opened before this; null where the video itself is gone, and with it all of its plays.
  opened_before timestamptz(3),
  -- The next run: at once, again while something is left, and once more when no token from before is good any longer,
  -- since until then a late beacon may bring a row back.
  run_at       timestamptz(3) NOT NULL DEFAULT now(),
  -- When rows were last deleted: what the engine put aside until then must be gone from its disk too.
  swept_at     timestamptz(3),
  -- When every store was seen without a trace for the first time.
  erased_at    timestamptz(3)
);
CREATE INDEX erasure_due ON erasure (run_at);
