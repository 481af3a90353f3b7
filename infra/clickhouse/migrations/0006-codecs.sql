-- Fewer bytes for the same columns; parts get them when they are merged. Steps and marks of health are single bits to
-- T64, times keep within few bits of each other, and what stood without a codec was only packed by the fast default.
ALTER TABLE play
  MODIFY COLUMN video_id CODEC(ZSTD(1)),
  MODIFY COLUMN site CODEC(ZSTD(1)),
  MODIFY COLUMN top_site CODEC(ZSTD(1)),
  MODIFY COLUMN embed_key CODEC(ZSTD(1)),
  MODIFY COLUMN country CODEC(ZSTD(1)),
  MODIFY COLUMN device CODEC(ZSTD(1)),
  MODIFY COLUMN language CODEC(ZSTD(1)),
  MODIFY COLUMN referrer CODEC(ZSTD(1)),
  MODIFY COLUMN opened_at CODEC(T64, ZSTD(1)),
  MODIFY COLUMN last_word CODEC(T64, ZSTD(1)),
  MODIFY COLUMN watched_ms CODEC(T64, ZSTD(1)),
  MODIFY COLUMN startup_ms CODEC(T64, ZSTD(1)),
  MODIFY COLUMN visible CODEC(T64, ZSTD(1)),
  MODIFY COLUMN started CODEC(T64, ZSTD(1)),
  MODIFY COLUMN autoplay CODEC(T64, ZSTD(1)),
  MODIFY COLUMN viewed CODEC(T64, ZSTD(1)),
  MODIFY COLUMN engaged CODEC(T64, ZSTD(1)),
  MODIFY COLUMN finished CODEC(T64, ZSTD(1)),
  MODIFY COLUMN fullscreen_blocked CODEC(T64, ZSTD(1)),
  MODIFY COLUMN autoplay_blocked CODEC(T64, ZSTD(1)),
  MODIFY COLUMN sandboxed CODEC(T64, ZSTD(1));

ALTER TABLE stretch
  MODIFY COLUMN video_id CODEC(ZSTD(1)),
  MODIFY COLUMN start CODEC(Delta, ZSTD(1)),
  MODIFY COLUMN touched_at CODEC(T64, ZSTD(1)),
  MODIFY COLUMN judged_at CODEC(T64, ZSTD(1)),
  MODIFY COLUMN rolled_at CODEC(T64, ZSTD(1));

ALTER TABLE cell
  MODIFY COLUMN video_id CODEC(ZSTD(1)),
  MODIFY COLUMN facet CODEC(ZSTD(1)),
  MODIFY COLUMN level CODEC(ZSTD(1)),
  MODIFY COLUMN value CODEC(ZSTD(3)),
  MODIFY COLUMN site CODEC(ZSTD(1)),
  MODIFY COLUMN startups CODEC(ZSTD(3)),
  MODIFY COLUMN grades CODEC(ZSTD(3)),
  MODIFY COLUMN first_seen CODEC(T64, ZSTD(1)),
  MODIFY COLUMN last_seen CODEC(T64, ZSTD(1)),
  MODIFY COLUMN viewer_state CODEC(ZSTD(1));

ALTER TABLE touched_hour
  MODIFY COLUMN video_id CODEC(ZSTD(1)),
  MODIFY COLUMN hour CODEC(Delta, ZSTD(1)),
  MODIFY COLUMN touched_at CODEC(Delta, ZSTD(1));
