-- What there is of each video within the period: its days with the first hour of a month's sums, of the day's, and of its
-- hours'. A version is when the stretch was added up, in microseconds; 0 where its sums do not hold all there is, or where
-- it reaches out of the period.
SELECT
  videoId,
  minIf(dayFirstS, dayFirstS > 0) AS firstS,
  max(dayLastS) AS lastS,
  groupArray((dayS, month, day, isTouched, if(day > 0 AND NOT {hasHours:Bool}, [], hours))) AS days
FROM
(
  SELECT
    toString(video_id) AS videoId,
    toUInt32(toStartOfDay(start)) AS dayS,
    maxIf(version, level = 3) AS month,
    maxIf(version, level = 2) AS day,
    max(level = 2) AS isTouched,
    groupArrayIf((toUInt32(start), version), level = 1 AND version > 0) AS hours,
    minIf(toUInt32(start), level = 1) AS dayFirstS,
    maxIf(toUInt32(start), level = 1) AS dayLastS
  FROM
  (
    SELECT
      video_id,
      level,
      start,
      multiIf(level = 1, addHours(start, 1), level = 2, addDays(start, 1), addMonths(start, 1)) AS end,
      if(
        max(rolled_at) > 0
        AND max(touched_at) <= max(rolled_at)
        AND start >= toDateTime({fromS:UInt32}, 'UTC')
        AND end <= toDateTime({toS:UInt32}, 'UTC'),
        toUnixTimestamp64Micro(max(rolled_at)),
        0
      ) AS version
    FROM stretch
    WHERE video_id IN {videoIds:Array(String)}
      AND start < toDateTime({toS:UInt32}, 'UTC')
      AND end > toDateTime({fromS:UInt32}, 'UTC')
    GROUP BY video_id, level, start
  )
  GROUP BY videoId, dayS
)
GROUP BY videoId
