-- Stretches that are over and were touched since somebody last judged them: quiet for a while, or waiting for long.
SELECT
  video_id,
  start
FROM stretch
WHERE level = {level:UInt8}
  AND (
    {sinceS:UInt32} = 0
    OR video_id IN (SELECT video_id FROM touched_hour WHERE touched_at >= toDateTime({sinceS:UInt32}, 'UTC'))
  )
  AND multiIf(level = 1, addHours(start, 1), level = 2, addDays(start, 1), addMonths(start, 1))
    <= toDateTime({nowS:UInt32}, 'UTC') - {overForS:UInt32}
GROUP BY video_id, start
HAVING max(touched_at) > max(judged_at)
  AND (
    max(touched_at) <= {judgedAt:DateTime64(6, 'UTC')} - toIntervalSecond({quietForS:UInt32})
    OR max(judged_at) <= {judgedAt:DateTime64(6, 'UTC')} - toIntervalSecond({waitingForS:UInt32})
  )
