-- The one definition of what plays add up to: by it stretches are rolled up, and by it those are read that are not.
SELECT
  plays.video_id AS video_id,
  /*start*/ AS start,
  tag.1 AS facet,
  tag.2 AS value,
  tag.3 AS site,
  count() AS loads,
  sum(plays.visible) AS visible,
  sum(plays.started) AS starts,
  countIf(plays.started = 1 AND plays.autoplay = 1) AS autoplays,
  sum(plays.viewed) AS views,
  sum(plays.engaged) AS engaged,
  sum(plays.finished) AS finishes,
  sum(plays.watched_ms) AS watched_ms,
  sum(plays.hidden_ms) AS hidden_ms,
  sumIf(plays.covered_parts, plays.started = 1) AS covered_parts,
  -- Bucket k begins at 20 ms × 2^(k/4), the first at 0.
  sumMapIf(
    map(toUInt8(least(63, greatest(0, floor(4 * log2(plays.startup_ms / 20))))), toUInt64(1)),
    plays.started = 1 AND plays.startup_ms > 0
  ) AS startups,
  countIf(plays.started = 1 AND plays.stalls > 0) AS stalled,
  sumIf(plays.stall_ms, plays.started = 1) AS stall_ms,
  countIf(plays.errors > 0) AS failed,
  sumMap(map(toUInt8(plays.grade), toUInt64(1))) AS grades,
  sum(plays.fullscreen_blocked) AS fullscreen_blocked,
  sum(plays.autoplay_blocked) AS autoplay_blocked,
  sum(plays.sandboxed) AS sandboxed,
  -- Under 200 × 113 pixels the controls do not fit; 0 is a size that nobody told.
  countIf((plays.player_width BETWEEN 1 AND 199) OR (plays.player_height BETWEEN 1 AND 112)) AS too_small,
  min(plays.opened_at) AS first_seen,
  max(plays.last_at) AS last_seen,
  uniqExactStateIf(
    cityHash64(plays.video_id, toDate(plays.hour), plays.viewer),
    plays.started = 1 AND plays.viewer != 0
  ) AS viewer_state
FROM
(
  /*plays*/
) AS plays
ARRAY JOIN /*tags*/ AS tag
GROUP BY video_id, start, facet, value, site
