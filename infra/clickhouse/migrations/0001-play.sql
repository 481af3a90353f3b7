-- One row per play once merged, kept for ever: the truth that every number of Views Details is computed from.
-- Every column outside the key is a join (max, min, or), so rows of the same play may arrive twice, late and in any
-- order, and the answer stays the same. The key comes from the signed play token. A player that could not ask for its
-- site to be judged at once may use two tokens of one play, which may name two sites: `merged_play` takes the surer.
CREATE TABLE IF NOT EXISTS play
(
  video_id FixedString(12),
  -- Hour in which the player was opened, UTC.
  hour DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  -- Registrable domain of the embedding page, or a named bucket such as `(hidden)`.
  site LowCardinality(String),
  play_id UInt64 CODEC(ZSTD(1)),

  -- From the token. A judgement is, from the top: 1 bit "judged by what the browser told", 3 bits grade (the
  -- contract's gradeRank), 32 bits hash of the site, so that two judgements of one play never tie.
  judgement SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
  top_site SimpleAggregateFunction(max, LowCardinality(String)),
  page SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
  embed_key SimpleAggregateFunction(max, LowCardinality(String)),
  opened_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
  -- Daily salted hash of the viewer; 0 where the browser asked not to be counted as a person.
  viewer SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
  duration_ms SimpleAggregateFunction(max, UInt32) CODEC(ZSTD(1)),

  -- Why this play may not count, one bit per reason.
  marks SimpleAggregateFunction(groupBitOr, UInt32) CODEC(ZSTD(1)),
  definition_version SimpleAggregateFunction(max, UInt16) CODEC(ZSTD(1)),

  -- The ladder: each step is 0 or 1.
  visible SimpleAggregateFunction(max, UInt8),
  started SimpleAggregateFunction(max, UInt8),
  autoplay SimpleAggregateFunction(max, UInt8),
  viewed SimpleAggregateFunction(max, UInt8),
  engaged SimpleAggregateFunction(max, UInt8),
  finished SimpleAggregateFunction(max, UInt8),

  watched_ms SimpleAggregateFunction(max, UInt32) CODEC(ZSTD(1)),
  hidden_ms SimpleAggregateFunction(max, UInt32) CODEC(ZSTD(1)),
  -- 100 bits: part 0 is the lowest bit of covered_low, part 64 the lowest of covered_high.
  covered_low SimpleAggregateFunction(groupBitOr, UInt64) CODEC(ZSTD(1)),
  covered_high SimpleAggregateFunction(groupBitOr, UInt64) CODEC(ZSTD(1)),
  repeats SimpleAggregateFunction(max, UInt16) CODEC(ZSTD(1)),
  position_ms SimpleAggregateFunction(max, UInt32) CODEC(ZSTD(1)),

  -- How it played.
  startup_ms SimpleAggregateFunction(max, UInt32) CODEC(ZSTD(1)),
  stalls SimpleAggregateFunction(max, UInt16) CODEC(ZSTD(1)),
  stall_ms SimpleAggregateFunction(max, UInt32) CODEC(ZSTD(1)),
  errors SimpleAggregateFunction(max, UInt16) CODEC(ZSTD(1)),
  quality SimpleAggregateFunction(max, UInt16) CODEC(ZSTD(1)),
  player_width SimpleAggregateFunction(max, UInt16) CODEC(ZSTD(1)),
  player_height SimpleAggregateFunction(max, UInt16) CODEC(ZSTD(1)),
  fullscreen_blocked SimpleAggregateFunction(max, UInt8),
  autoplay_blocked SimpleAggregateFunction(max, UInt8),
  sandboxed SimpleAggregateFunction(max, UInt8),

  -- The play's last word, made so that `max` finds it: from the top, 20 bits of the beacon's number, 42 bits of
  -- 2^42-1 minus the time it was received (so that a repeated delivery of it changes nothing), 1 bit "was playing".
  last_word SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),

  -- '' until known.
  country SimpleAggregateFunction(max, LowCardinality(String)),
  device SimpleAggregateFunction(max, LowCardinality(String))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (video_id, hour, site, play_id)
SETTINGS
  -- A collector forgets a beacon only after this table has it, so the table must have it on disk.
  fsync_after_insert = 1,
  fsync_part_directory = 1,
  -- Retried batches are recognised by their token; plain MergeTree forgets tokens at once unless told otherwise.
  non_replicated_deduplication_window = 10000;
