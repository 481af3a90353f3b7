-- Marks are kept together, for a play may have several reasons and is still one play.
SELECT
  plays.not_counted AS bits,
  count() AS loads
FROM plays
WHERE plays.not_counted != 0
GROUP BY bits
