-- What plays add up to, so that a question about a year need not read every play of it. Everything here is computed from
-- `play` and may be thrown away and computed again.

-- Which hours of which videos got rows in `play`. A writer of `play` says so after its rows are there: what began to be
-- read after `touched_at` has them all. Kept for a while only, for whoever looks for what changed lately.
CREATE TABLE IF NOT EXISTS touched_hour
(
  video_id FixedString(12),
  hour DateTime('UTC'),
  touched_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY touched_at
TTL toDateTime(touched_at) + INTERVAL 2 DAY
SETTINGS
  -- A collector forgets a beacon once its touch is here.
  fsync_after_insert = 1,
  fsync_part_directory = 1;

-- The latest moment that a touch or a reading was stamped with. Both are stamped later than this, so that a clock that is
-- set back leaves no sum closed that a touch should have opened.
CREATE TABLE IF NOT EXISTS latest_stamp
(
  stamp SimpleAggregateFunction(max, DateTime64(6, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY tuple();

CREATE MATERIALIZED VIEW IF NOT EXISTS latest_stamp_of_touched_hour TO latest_stamp AS
SELECT max(touched_at) AS stamp
FROM touched_hour;

-- The same by hour (level 1), day (2) and month (3), and until when each was added up. A stretch is closed, which means
-- that its sums hold all there is, while nothing touched it after `rolled_at`.
CREATE TABLE IF NOT EXISTS stretch
(
  video_id FixedString(12),
  level UInt8,
  start DateTime('UTC'),
  touched_at SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
  -- When somebody last found out whether adding it up is worth it.
  judged_at SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
  -- When its plays began to be read for the newest whole set of its sums; the rows of that set have it as `version`.
  rolled_at SimpleAggregateFunction(max, DateTime64(6, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (video_id, level, start)
SETTINGS
  index_granularity = 1024,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS stretch_of_touched_hour TO stretch AS
SELECT
  video_id,
  span.1 AS level,
  span.2 AS start,
  max(touched_at) AS touched_at
FROM touched_hour
ARRAY JOIN [(1, hour), (2, toStartOfDay(hour)), (3, toDateTime(toStartOfMonth(hour), 'UTC'))] AS span
GROUP BY video_id, level, start;

-- Sums of the plays of a stretch that have the same value in one respect (`facet`): all of them together, those of a
-- site, of a country, … Only rows whose `version` is the stretch's `rolled_at` count.
CREATE TABLE IF NOT EXISTS cell
(
  video_id FixedString(12),
  facet LowCardinality(String),
  level UInt8,
  start DateTime('UTC') CODEC(Delta, ZSTD(1)),
  version DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  value String CODEC(ZSTD(1)),
  -- Of pages and of marks; else ''.
  site LowCardinality(String),
  loads UInt32 CODEC(T64, ZSTD(1)),
  visible UInt32 CODEC(T64, ZSTD(1)),
  starts UInt32 CODEC(T64, ZSTD(1)),
  autoplays UInt32 CODEC(T64, ZSTD(1)),
  views UInt32 CODEC(T64, ZSTD(1)),
  engaged UInt32 CODEC(T64, ZSTD(1)),
  finishes UInt32 CODEC(T64, ZSTD(1)),
  watched_ms UInt64 CODEC(T64, ZSTD(1)),
  hidden_ms UInt64 CODEC(T64, ZSTD(1)),
  covered_parts UInt64 CODEC(T64, ZSTD(1)),
  -- How many starts took how long, in buckets; see the query that makes them.
  startups Map(UInt8, UInt64) CODEC(ZSTD(1)),
  stalled UInt32 CODEC(T64, ZSTD(1)),
  stall_ms UInt64 CODEC(T64, ZSTD(1)),
  failed UInt32 CODEC(T64, ZSTD(1)),
  grades Map(UInt8, UInt64) CODEC(ZSTD(1)),
  fullscreen_blocked UInt32 CODEC(T64, ZSTD(1)),
  autoplay_blocked UInt32 CODEC(T64, ZSTD(1)),
  sandboxed UInt32 CODEC(T64, ZSTD(1)),
  too_small UInt32 CODEC(T64, ZSTD(1)),
  first_seen DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  last_seen DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  -- Of days and months: sum over their days of the different viewers.
  viewers UInt64 CODEC(T64, ZSTD(1)),
  -- Of hours: who they were, for hours of one day share viewers.
  viewer_state AggregateFunction(uniqExact, UInt64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
-- Questions take months where they can and days where they must: neither lies in the way of the other.
PARTITION BY (level, if(level = 3, toYear(start), toYYYYMM(start)))
-- The rows of one site or page stand together, for a filter by it and for its trend.
ORDER BY (video_id, facet, level, site, value, start, version)
SETTINGS index_granularity = 256;

-- How many starts covered each part, and came back to it; the rows of one site stand together.
CREATE TABLE IF NOT EXISTS curve
(
  video_id FixedString(12),
  is_whole UInt8,
  level UInt8,
  site LowCardinality(String),
  start DateTime('UTC') CODEC(Delta, ZSTD(1)),
  version DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  starts UInt32 CODEC(T64, ZSTD(1)),
  covered Array(UInt32) CODEC(Delta, ZSTD(1)),
  repeated Array(UInt32) CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYear(start)
ORDER BY (video_id, is_whole, level, site, start, version)
SETTINGS index_granularity = 256;

-- Plays that were there before anybody noted touches; in the order of the table, so that memory does not grow with them.
INSERT INTO touched_hour (video_id, hour)
SELECT video_id, hour
FROM play
GROUP BY video_id, hour
SETTINGS optimize_aggregation_in_order = 1;
