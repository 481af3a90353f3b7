-- Every play exactly once, whether or not its rows have been merged yet, in the words that questions are asked in.
-- Conditions on video_id and hour reach the primary key of `play` through the GROUP BY.
CREATE VIEW IF NOT EXISTS merged_play AS
SELECT
  video_id,
  hour,
  play_id,
  argMax(p.site, p.judgement) AS site,
  argMax(p.page, p.judgement) AS page,
  bitAnd(bitShiftRight(max(p.judgement), 32), 7) AS grade,
  min(p.opened_at) AS opened_at,
  max(p.viewer) AS viewer,
  max(p.visible) AS visible,
  max(p.started) AS started,
  max(p.autoplay) AS autoplay,
  max(p.viewed) AS viewed,
  max(p.engaged) AS engaged,
  max(p.finished) AS finished,
  max(p.watched_ms) AS watched_ms,
  groupBitOr(p.covered_low) AS covered_low,
  groupBitOr(p.covered_high) AS covered_high,
  bitCount(groupBitOr(p.covered_low)) + bitCount(groupBitOr(p.covered_high)) AS covered_parts,
  max(p.last_word) AS last_word,
  fromUnixTimestamp64Milli(toInt64(4398046511103 - bitAnd(bitShiftRight(max(p.last_word), 1), 4398046511103)), 'UTC') AS last_at,
  bitTest(max(p.last_word), 0) AS was_playing,
  max(p.definition_version) AS definition_version,
  -- Bits of the contract's marks.ts; 0 where the play counts. The first four stay whatever comes later; the others
  -- are judged by the whole play, for its first beacons may be sent before the player is laid out or on screen.
  bitOr(
    bitAnd(groupBitOr(p.marks), if(max(p.visible) = 1, 15, 31)),
    bitOr(
      if(max(p.started) = 1 AND least(max(p.player_width), max(p.player_height)) BETWEEN 1 AND 15, 32, 0),
      if(max(p.started) = 1 AND max(p.autoplay) = 1 AND max(p.visible) = 0, 64, 0)
    )
  ) AS not_counted
FROM play AS p
GROUP BY video_id, hour, play_id;
