INSERT INTO stretch (video_id, level, start, judged_at)
SELECT span.1, {level:UInt8}, toDateTime(span.2, 'UTC'), {judgedAt:DateTime64(6, 'UTC')}
FROM (SELECT arrayJoin({stretches:Array(Tuple(String, UInt32))}) AS span)
