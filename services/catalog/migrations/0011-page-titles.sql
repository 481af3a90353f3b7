-- What pages that embed a video call themselves, told by embed.js; nothing here is about a person. A row is a page, not a
-- play, so it tells nothing of who watched.
CREATE TABLE page_title (
  video_id text NOT NULL REFERENCES video (id) ON DELETE CASCADE,
  -- As in the plays: who looks up a row of the pages finds its title by these.
  site     text NOT NULL,
  page     text NOT NULL,
  title    text NOT NULL,
  -- When it was told last, give or take an hour; the titles that were not told for longest make room for new ones.
  told_at  timestamptz(3) NOT NULL,
  PRIMARY KEY (video_id, site, page)
);
CREATE INDEX page_title_age ON page_title (told_at);
