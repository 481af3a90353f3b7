-- One row per page.
SELECT
  cells.value_site AS site,
  cells.value AS page,
  sum(cells.loads) AS loads,
  sum(cells.fullscreen_blocked) AS fullscreenBlocked,
  sum(cells.autoplay_blocked) AS autoplayBlocked,
  sum(cells.sandboxed) AS sandboxed,
  sum(cells.too_small) AS tooSmall,
  sum(cells.failed) AS failed
  /*more*/
FROM cells
GROUP BY site, page
