-- Sums that no question reads any more: of a set that was never whole, that a newer one has replaced, or of a stretch
-- that was opened and is not worth adding up. What changed within the last hour stays, for a question may be under way.
DELETE WHERE version < now64(6, 'UTC') - INTERVAL 1 HOUR
  AND (video_id, level, start) NOT IN (
    SELECT video_id, level, start
    FROM stretch
    GROUP BY video_id, level, start
    HAVING greatest(max(touched_at), max(rolled_at)) > now64(6, 'UTC') - INTERVAL 1 HOUR
  )
  AND (video_id, level, start, version) NOT IN (
    SELECT video_id, level, start, max(rolled_at)
    FROM stretch
    GROUP BY video_id, level, start
    HAVING max(touched_at) <= max(rolled_at)
  )
