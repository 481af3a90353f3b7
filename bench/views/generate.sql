-- Plays that nobody watched, made inside the engine: everything about a play is a hash of its number, so that the same
-- numbers give the same plays. 20,000 videos and 5,000 sites after Zipf's law, the viral video (rank 0) apart.
INSERT INTO play
(
  video_id, hour, site, play_id, judgement, top_site, page, embed_key, opened_at, viewer, duration_ms, marks,
  definition_version, visible, started, autoplay, viewed, engaged, finished, watched_ms, hidden_ms, covered_low,
  covered_high, repeats, position_ms, startup_ms, stalls, stall_ms, errors, quality, player_width, player_height,
  fullscreen_blocked, autoplay_blocked, sandboxed, last_word, country, device, language, referrer, repeated_low,
  repeated_high, delivered_low, delivered_high
)
WITH
  number AS n,
  -- One hash gives several small choices.
  cityHash64(n, 1) AS a,
  cityHash64(n, 2) AS b,
  cityHash64(n, 3) AS c,
  cityHash64(n, 4) AS d,
  -- Shares from 0 to 1.
  cityHash64(n, 5) / 18446744073709551616 AS video_share,
  cityHash64(n, 6) / 18446744073709551616 AS site_share,
  cityHash64(n, 7) / 18446744073709551616 AS page_share,
  cityHash64(n, 8) / 18446744073709551616 AS reach_share,
  cityHash64(n, 9) / 18446744073709551616 AS country_share,
  cityHash64(n, 10) / 18446744073709551616 AS first_share,
  cityHash64(n, 11) / 18446744073709551616 AS second_share,
  18446744073709551615 AS all_bits,

  if(a % 1000 < {viralPerMille:UInt32}, 0, toUInt64(least(19999, floor(pow(20000, video_share))))) AS video,
  concat('bnch', translate(leftPad(toString((video * 48271) % 100000000), 8, '0'), '0123456789', '23456789bc')) AS id,
  toUInt32(30000 + cityHash64(video, 1) % 1200000) AS length_ms,

  -- Either anywhere in a stretch, or on one of whole days by the rhythm of the day.
  if(
    {isStretch:UInt8} = 1,
    {fromMs:Int64} + toInt64(b % {spanMs:UInt64}),
    {fromMs:Int64} + toInt64(intDiv(b, 100) % intDiv({spanMs:UInt64}, 86400000)) * 86400000
      + {hourOfDay:Array(UInt8)}[1 + b % 100] * 3600000 + toInt64(c % 3600000)
  ) AS opened_ms,
  intDiv(opened_ms, 3600000) * 3600 AS hour_s,

  -- The viral video is everywhere; of the others, four in ten plays happen on twenty sites of their own.
  if(
    video > 0 AND intDiv(a, 1000) % 10 < 4,
    cityHash64(video, toUInt64(floor(pow(20, site_share)))) % 5000,
    toUInt64(floor(pow(5000, site_share)) - 1)
  ) AS place,
  intDiv(a, 10000) % 100 < 3 AS is_hidden,
  if(is_hidden, '(hidden)', concat('site-', toString(place), '.example')) AS site_name,
  ['how', 'winter', 'made', 'seven', 'bridge', 'review', 'after', 'music', 'report', 'garden', 'first', 'market', 'engine', 'river', 'school', 'interview'] AS words,
  toUInt64(3 + floor(300 / sqrt(place + 1))) AS page_count,
  if(video = 0, toUInt64(floor(pow(page_count, page_share))), (cityHash64(video, place) + toUInt64(page_share * 2)) % page_count) AS page_number,
  if(
    is_hidden OR intDiv(a, 1000000) % 20 = 0,
    '',
    concat('https://', site_name, '/articles/', toString(page_number), '-', words[1 + place % 16], '-', words[1 + page_number % 16])
  ) AS page_address,

  multiIf(is_hidden, 0, intDiv(a, 100000000) % 100 < 70, 4, intDiv(a, 100000000) % 100 < 87, 3, intDiv(a, 100000000) % 100 < 97, 2, 1) AS grade,
  toUInt64(floor(pow(40, country_share)) - 1) AS land,
  multiIf(intDiv(c, 3600000) % 100 < 55, 'mobile', intDiv(c, 3600000) % 100 < 90, 'desktop', intDiv(c, 3600000) % 100 < 97, 'tablet', 'tv') AS device_name,
  toUInt64(greatest(1, {playsPerDay:Float64} * 0.8 * if(video = 0, 0.1, 0.9 / (video * 9.9)))) AS crowd,

  d % 100 < 55 AS has_started,
  has_started AND intDiv(d, 100) % 10 < 3 AS by_itself,
  (has_started AND NOT by_itself) OR intDiv(d, 1000) % 100 < if(by_itself, 94, 80) AS was_visible,
  -- One in eight watches to the end, most others leave early; some jump ahead once.
  multiIf(
    NOT has_started, 0,
    intDiv(d, 100000) % 8 = 0, 100,
    toUInt64(greatest(1, least(99, floor(100 * pow(reach_share, 2.2)))))
  ) * {step:UInt64} / {steps:UInt64} AS reach,
  toUInt64(ceil(reach)) AS parts,
  has_started AND {step:UInt64} = {steps:UInt64} AND intDiv(d, 1000000) % 12 = 0 AS jumped,
  toUInt64(least(98, parts + intDiv(d, 20000000) % 60)) AS jump_from,
  toUInt64(least(100, jump_from + 2 + intDiv(d, 2000000000) % 12)) AS jump_to,
  -- The first so many bits of 100, in two halves.
  (many -> if(many >= 64, all_bits, bitShiftLeft(toUInt64(1), least(many, 63)) - 1)) AS low,
  (many -> if(many > 64, bitShiftLeft(toUInt64(1), greatest(many, 64) - 64) - 1, 0)) AS high,
  bitXor(low(jump_from), low(jump_to)) * jumped AS jump_low,
  bitXor(high(jump_from), high(jump_to)) * jumped AS jump_high,
  bitOr(low(parts), jump_low) AS seen_low,
  bitOr(high(parts), jump_high) AS seen_high,
  bitCount(seen_low) + bitCount(seen_high) AS seen,
  toUInt32(seen / 100 * length_ms * (0.9 + 0.1 * first_share)) AS watched,
  toUInt64(least(100, parts + intDiv(c, 100000000000) % 8)) AS sent,
  grade = 4 AND has_started AND intDiv(c, 1000000000000) % 100 < 85 AS was_sent,
  has_started AND {step:UInt64} = {steps:UInt64} AND parts > 3 AND intDiv(c, 100000000000000) % 16 = 0 AS repeated,
  toUInt64(parts / 2) AS repeat_from,
  if(has_started, toUInt32(90 + exp(4.5 + 2.5 * (first_share + second_share - 0.4))), 0) AS startup,
  if(has_started AND intDiv(b, 1000000000000) % 12 = 0, 1 + intDiv(b, 100000000000000) % 4, 0) AS stall_count,
  opened_ms + toInt64(startup + watched * 1.05) + toInt64(intDiv(b, 1000000000) % 20000) AS would_last_ms
SELECT
  id,
  toDateTime(hour_s, 'UTC'),
  site_name,
  cityHash64(n, 12),
  bitOr(bitShiftLeft(toUInt64(8 + grade), 32), toUInt64(CRC32(site_name))),
  '',
  page_address,
  multiIf(a % 100003 % 100 < 3, 'newsletter', a % 100003 % 100 < 6, concat('partner-', toString(b % 12)), ''),
  fromUnixTimestamp64Milli(opened_ms, 'UTC'),
  -- Three in a hundred ask not to be counted as a person; the others come back within the day.
  if(intDiv(d, 200000000000) % 100 < 3, 0, cityHash64(video, intDiv(opened_ms, 86400000), d % crowd)),
  length_ms,
  if(a % 100019 % 1000 < 20, bitShiftLeft(toUInt32(1), [0, 1, 2, 3, 7, 8, 10][1 + b % 7]), 0),
  1,
  was_visible,
  has_started,
  by_itself,
  watched >= least(10000, length_ms * 0.5),
  watched >= least(30000, length_ms * 0.75),
  seen >= 95,
  watched,
  if(has_started AND c % 10 = 0, toUInt32(second_share * 60000), 0),
  seen_low,
  seen_high,
  if(repeated, parts - repeat_from, 0),
  toUInt32(if(jumped, jump_to, parts) / 100 * length_ms),
  startup,
  stall_count,
  stall_count * (300 + intDiv(b, 1000000000000000) % 3000),
  a % 100043 % 100 = 0,
  if(has_started, [240, 360, 480, 720, 1080][1 + d % 5], 0),
  if(device_name = 'mobile', 360, [640, 560, 854, 1280, 320, 190][1 + place % 6]),
  if(device_name = 'mobile', 203, [360, 315, 480, 720, 180, 107][1 + place % 6]),
  place % 17 = 0,
  place % 11 = 0 AND b % 2 = 0,
  place % 43 = 0,
  -- The number of the last beacon, when it came, and whether it was playing then: told in the migration of `play`.
  bitOr(
    bitShiftLeft(toUInt64({step:UInt64} + intDiv(watched, 15000)), 43),
    bitOr(
      bitShiftLeft(toUInt64(4398046511103 - least(would_last_ms, {nowMs:Int64} - toInt64(b % 15000))), 1),
      has_started AND (would_last_ms > {nowMs:Int64} OR c % 10 = 1)
    )
  ),
  substring('DEUSGBFRINBRJPCNESITMXCAAUNLPLTRIDKRSEBEATCHCZPTRODKFINOGRHUIEARCLCOPEZANGEGKESATHVNPHMY', 1 + 2 * land, 2),
  device_name,
  ['de', 'en', 'en', 'fr', 'hi', 'pt', 'ja', 'zh', 'es', 'it'][1 + if(c % 7 < 5, land % 10, 1)],
  if(place = 1, ['', '', 'search.example', 'social.example', 'chat.example', 'mail.example'][1 + c % 6], ''),
  if(repeated, bitXor(low(parts), low(repeat_from)), 0),
  if(repeated, bitXor(high(parts), high(repeat_from)), 0),
  if(was_sent, bitOr(low(sent), jump_low), 0),
  if(was_sent, bitOr(high(sent), jump_high), 0)
FROM numbers({fromNumber:UInt64}, {count:UInt64})
-- An earlier row of a play is written for one of so many plays.
WHERE cityHash64(n, 13) % {oneIn:UInt64} = 0
-- Large parts, so that few merges remain to be done.
SETTINGS min_insert_block_size_rows = 2000000, min_insert_block_size_bytes = 1000000000
