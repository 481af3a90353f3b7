-- Sites on which a play that arrived lately has started, whatever it may be worth. Reads the key and one flag of the
-- hours that were touched, so it may be asked every few seconds.
SELECT
  video_id AS videoId,
  site,
  toUnixTimestamp(min(hour)) AS fromSeconds,
  toUnixTimestamp(max(hour)) AS toSeconds
FROM play
WHERE hour >= now() - INTERVAL 13 HOUR
  AND started = 1
  AND NOT startsWith(site, '(')
GROUP BY video_id, site
