SELECT *
FROM merged_play AS plays
WHERE video_id IN {videoIds:Array(String)}
  AND hour >= toDateTime({liveFromS:UInt32}, 'UTC')
  -- Few rows are so fresh, and only their plays are put together.
  AND play_id IN (
    SELECT play_id
    FROM play
    WHERE video_id IN {videoIds:Array(String)}
      AND hour >= toDateTime({liveFromS:UInt32}, 'UTC')
      AND 4398046511103 - bitAnd(bitShiftRight(last_word, 1), 4398046511103) >= {liveSinceMs:Int64}
  )
  AND was_playing = 1
  AND last_at >= fromUnixTimestamp64Milli({liveSinceMs:Int64}, 'UTC')
