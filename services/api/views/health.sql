-- One row per page.
SELECT
  cells.value_site AS site,
  cells.value AS page,
  sum(cells.loads) AS loads,
  sum(cells.starts) AS starts,
  sum(cells.watched_ms) AS watchedMs,
  sum(cells.fullscreen_blocked) AS fullscreenBlocked,
  sum(cells.autoplay_blocked) AS autoplayBlocked,
  sum(cells.sandboxed) AS sandboxed,
  sum(cells.too_small) AS tooSmall,
  sum(cells.failed) AS failed,
  sumMap(cells.startups) AS startups,
  sum(cells.stalled) AS stalled,
  sum(cells.stall_ms) AS stallMs
FROM cells
GROUP BY site, page
