-- The sites that a video is known to have been played on. Being unique is what makes an alert happen once.
CREATE TABLE known_site (
  video_id text NOT NULL REFERENCES video (id) ON DELETE CASCADE,
  site     text NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (video_id, site)
);

-- Up to when arrived plays were looked at, by ClickHouse's clock. No row: alerts have only just come to this system.
CREATE TABLE alert_progress (
  task         text PRIMARY KEY,
  looked_until timestamptz NOT NULL
);

-- How an owner wants to hear of new sites; made when the settings are opened first.
CREATE TABLE alert_settings (
  user_id            text PRIMARY KEY REFERENCES "user" ("id") ON DELETE CASCADE,
  -- Off until asked for: nobody has confirmed that the address is the owner's.
  mail               boolean NOT NULL DEFAULT false,
  webhook_url        text NOT NULL DEFAULT '',
  webhook_secret     text NOT NULL,
  feed_secret        text NOT NULL UNIQUE,
  -- Stands in every mail; whoever has it can end the mails and nothing else.
  unsubscribe_secret text NOT NULL UNIQUE
);

-- Mails to be sent and sent. A mail's id is its Message-ID, so that a mail which was sent twice can be told.
CREATE TABLE alert_mail (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  status      text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'sent', 'dropped', 'failed')),
  attempts    integer NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL DEFAULT now(),
  message     text NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX alert_mail_newest ON alert_mail (user_id, created_at DESC);
CREATE INDEX alert_mail_due ON alert_mail (next_try_at) WHERE status = 'waiting';

CREATE TABLE notification (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  kind       text NOT NULL CHECK (kind IN ('new-site')),
  video_id   text NOT NULL REFERENCES video (id) ON DELETE CASCADE,
  site       text NOT NULL,
  page       text NOT NULL,
  grade      text NOT NULL,
  is_read    boolean NOT NULL DEFAULT false,
  -- To be told by mail; in which one, as soon as one is made.
  wants_mail boolean NOT NULL DEFAULT false,
  mail_id    bigint REFERENCES alert_mail (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notification_newest ON notification (user_id, id DESC);
CREATE INDEX notification_unread ON notification (user_id) WHERE NOT is_read;
CREATE INDEX notification_unmailed ON notification (user_id) WHERE wants_mail;
CREATE INDEX notification_mail ON notification (mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX notification_video ON notification (video_id);

-- Webhooks to be sent and sent. The body is kept as it is signed, so that every try says the same.
CREATE TABLE webhook_delivery (
  id          uuid PRIMARY KEY,
  user_id     text NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  body        text NOT NULL,
  -- The owner waits for the answer of a test: it is tried once.
  is_test     boolean NOT NULL DEFAULT false,
  status      text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'failed')),
  attempts    integer NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL DEFAULT now(),
  tried_at    timestamptz,
  message     text NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_try_at) WHERE status = 'waiting';
CREATE INDEX webhook_delivery_tried ON webhook_delivery (user_id, tried_at DESC) WHERE tried_at IS NOT NULL;
CREATE INDEX webhook_delivery_done ON webhook_delivery (tried_at) WHERE status <> 'waiting';
