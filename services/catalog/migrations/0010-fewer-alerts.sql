-- A video that comes to very many sites in a day brings so many alerts and then one that says "and more".
ALTER TABLE notification
  DROP CONSTRAINT notification_kind_check,
  ADD CONSTRAINT notification_kind_check CHECK (kind IN ('new-site', 'more-sites'));

-- What a video's owner was told lately is counted at every new site.
CREATE INDEX notification_video_lately ON notification (video_id, created_at);
DROP INDEX notification_video;
-- The old ones are forgotten.
CREATE INDEX notification_age ON notification (created_at);
