-- Who came to a video without playing it, as counts per day: programs that looked at its links (oembed, unfurl, feed),
-- and sites whose players were turned away (refused). Nothing here is about a person.
CREATE TABLE sighting (
  video_id   text NOT NULL REFERENCES video (id) ON DELETE CASCADE,
  kind       text NOT NULL CHECK (kind IN ('oembed', 'unfurl', 'feed', 'refused')),
  -- The program's name, or the site.
  name       text NOT NULL,
  day        date NOT NULL,
  count      bigint NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen  timestamptz NOT NULL,
  PRIMARY KEY (video_id, kind, day, name)
);
