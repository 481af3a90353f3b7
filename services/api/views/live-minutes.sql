SELECT
  intDiv(toUnixTimestamp64Milli(plays.opened_at), 60000) AS minute,
  count() AS plays
FROM plays
WHERE minute > {minute:UInt32} - 30 AND minute <= {minute:UInt32}
GROUP BY minute
