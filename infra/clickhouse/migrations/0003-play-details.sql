-- What a play tells beside its site: from the token the language and where a visitor of our own page came from; from the
-- player which parts were watched again; from the media service which parts were ever sent to it.
ALTER TABLE play
  ADD COLUMN IF NOT EXISTS language SimpleAggregateFunction(max, LowCardinality(String)),
  ADD COLUMN IF NOT EXISTS referrer SimpleAggregateFunction(max, LowCardinality(String)),
  ADD COLUMN IF NOT EXISTS repeated_low SimpleAggregateFunction(groupBitOr, UInt64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS repeated_high SimpleAggregateFunction(groupBitOr, UInt64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS delivered_low SimpleAggregateFunction(groupBitOr, UInt64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS delivered_high SimpleAggregateFunction(groupBitOr, UInt64) CODEC(ZSTD(1));

-- Every play exactly once, whether or not its rows have been merged yet, in the words that questions are asked in.
-- Conditions on video_id and hour reach the primary key of `play` through the GROUP BY.
-- A delivery may be known before the first beacon: its row has no judgement, and alone it is no play.
CREATE OR REPLACE VIEW merged_play AS
WITH
  -- Surest judgement's grade; 4 is attested, 5 delivered.
  bitAnd(bitShiftRight(max(p.judgement), 32), 7) AS judged_grade,
  groupBitOr(p.delivered_low) AS sent_low,
  groupBitOr(p.delivered_high) AS sent_high,
  (sent_low != 0 OR sent_high != 0) AS is_delivered,
  groupBitOr(p.covered_low) AS seen_low,
  groupBitOr(p.covered_high) AS seen_high,
  -- A part may be entered a moment before or after the segment that it is reckoned to: neighbours of what was sent pass.
  bitAnd(seen_low, bitNot(bitOr(bitOr(sent_low, bitShiftLeft(sent_low, 1)), bitOr(bitShiftRight(sent_low, 1), bitShiftLeft(sent_high, 63))))) AS unsent_low,
  bitAnd(seen_high, bitNot(bitOr(bitOr(sent_high, bitShiftLeft(sent_high, 1)), bitOr(bitShiftRight(sent_high, 1), bitShiftRight(sent_low, 63))))) AS unsent_high
SELECT
  video_id,
  hour,
  play_id,
  argMax(p.site, p.judgement) AS site,
  argMax(p.page, p.judgement) AS page,
  argMax(p.top_site, p.judgement) AS top_site,
  if(judged_grade = 4 AND is_delivered, 5, judged_grade) AS grade,
  max(p.embed_key) AS embed_key,
  max(p.country) AS country,
  max(p.device) AS device,
  max(p.language) AS language,
  max(p.referrer) AS referrer,
  min(p.opened_at) AS opened_at,
  max(p.viewer) AS viewer,
  max(p.duration_ms) AS duration_ms,
  max(p.visible) AS visible,
  max(p.started) AS started,
  max(p.autoplay) AS autoplay,
  max(p.viewed) AS viewed,
  max(p.engaged) AS engaged,
  max(p.finished) AS finished,
  max(p.watched_ms) AS watched_ms,
  max(p.hidden_ms) AS hidden_ms,
  seen_low AS covered_low,
  seen_high AS covered_high,
  bitCount(seen_low) + bitCount(seen_high) AS covered_parts,
  groupBitOr(p.repeated_low) AS repeated_low,
  groupBitOr(p.repeated_high) AS repeated_high,
  max(p.startup_ms) AS startup_ms,
  max(p.stalls) AS stalls,
  max(p.stall_ms) AS stall_ms,
  max(p.errors) AS errors,
  max(p.player_width) AS player_width,
  max(p.player_height) AS player_height,
  max(p.fullscreen_blocked) AS fullscreen_blocked,
  max(p.autoplay_blocked) AS autoplay_blocked,
  max(p.sandboxed) AS sandboxed,
  is_delivered AS delivered,
  max(p.last_word) AS last_word,
  fromUnixTimestamp64Milli(toInt64(4398046511103 - bitAnd(bitShiftRight(max(p.last_word), 1), 4398046511103)), 'UTC') AS last_at,
  bitTest(max(p.last_word), 0) AS was_playing,
  max(p.definition_version) AS definition_version,
  -- Bits of the contract's marks.ts; 0 where the play counts. Some stay whatever comes later (1423 is all that a
  -- collector sets but `prerendered`, 16); the others are judged by the whole play, for its first beacons may be sent
  -- before the player is laid out or on screen.
  bitOr(
    bitAnd(groupBitOr(p.marks), if(max(p.visible) = 1, 1423, 1439)),
    bitOr(
      bitOr(
        if(max(p.started) = 1 AND least(max(p.player_width), max(p.player_height)) BETWEEN 1 AND 15, 32, 0),
        if(max(p.started) = 1 AND max(p.autoplay) = 1 AND max(p.visible) = 0, 64, 0)
      ),
      bitOr(
        if(is_delivered AND bitCount(unsent_low) + bitCount(unsent_high) > 2, 512, 0),
        if(max(p.started) = 1 AND max(p.visible) = 0 AND max(p.watched_ms) = 0 AND max(p.hidden_ms) > 0, 2048, 0)
      )
    )
  ) AS not_counted
FROM play AS p
GROUP BY video_id, hour, play_id
HAVING max(p.judgement) > 0;
