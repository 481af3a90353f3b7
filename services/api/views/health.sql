-- One row per page, those where most loads are in trouble first.
SELECT
  plays.value_site AS site,
  plays.value AS page,
  count() AS loads,
  sum(plays.started) AS starts,
  sum(plays.watched_ms) AS watchedMs,
  sum(plays.fullscreen_blocked) AS fullscreenBlocked,
  sum(plays.autoplay_blocked) AS autoplayBlocked,
  sum(plays.sandboxed) AS sandboxed,
  countIf((plays.player_width BETWEEN 1 AND 199) OR (plays.player_height BETWEEN 1 AND 112)) AS tooSmall,
  countIf(plays.errors > 0) AS failed,
  sumMapIf(map(toUInt8(least(63, greatest(0, floor(4 * log2(plays.startup_ms / 20))))), toUInt64(1)), plays.started = 1 AND plays.startup_ms > 0) AS startups,
  countIf(plays.started = 1 AND plays.stalls > 0) AS stalled,
  sumIf(plays.stall_ms, plays.started = 1) AS stallMs,
  count() OVER () AS total
FROM plays
GROUP BY site, page
ORDER BY greatest(fullscreenBlocked, autoplayBlocked, sandboxed, tooSmall, failed) DESC, loads DESC, site, page
LIMIT {offset:UInt32}, {limit:UInt32}
