-- Of an hour, so that not all of its plays are put together for each of its slices: a play belongs to the slice in which
-- its first row says that it was opened.
play_id IN (
    SELECT play_id
    FROM play
    WHERE video_id IN {videoIds:Array(String)}
      AND hour >= toDateTime({fromS:UInt32}, 'UTC')
      AND hour < toDateTime({toS:UInt32}, 'UTC')
      AND opened_at >= fromUnixTimestamp64Milli({openedFromMs:Int64}, 'UTC')
      AND opened_at < fromUnixTimestamp64Milli({openedToMs:Int64}, 'UTC')
  )
  AND plays.opened_at >= fromUnixTimestamp64Milli({openedFromMs:Int64}, 'UTC')
  AND plays.opened_at < fromUnixTimestamp64Milli({openedToMs:Int64}, 'UTC')
