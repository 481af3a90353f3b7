import { count } from './many.ts'

/** The bell, the page of notifications and the settings of alerts. */
export const enAlerts = {
  bell: (n: number) => (n === 0 ? 'Notifications' : `Notifications: ${count.format(n)} unread`),
  title: 'Notifications',
  unread: 'unread',
  /** Between the title and the site, and after it. */
  isPlayingOn: [' is playing on ', ''],
  isPlayingOnMore: ' is playing on more new sites',
  moreHelp: 'So many came within a day that the others are not told one by one. Views Details has them all.',
  page: 'First page',
  noPage: 'The page was not told.',
  views: 'Views Details',
  markAll: 'Mark all as read',
  settings: 'Alert settings',
  empty: 'Nothing yet',
  emptyHelp: 'As soon as one of your videos is played on a new site, you read it here.',

  settingsTitle: 'Alerts',
  settingsIntro:
    'When a video of yours is played on a site for the first time, you hear of it once. Here on the site always, elsewhere if you like.',
  mail: 'Mail',
  mailDo: 'Send me mail about new sites',
  mailHelp: (email: string) => `To ${email}, at most once in ten minutes, with everything that gathered.`,
  cannotMail: 'This site has no mail server yet. Its administrator can set one up (SMTP_URL).',
  webhook: 'Webhook',
  webhookHelp: 'For every new site we send a signed POST to this address. Empty for none.',
  webhookUrl: 'Address',
  secret: 'Secret',
  secretHelp:
    'Proves that a call is ours: the header QQVideo-Signature is t=SECONDS,v1=HMAC-SHA-256 of “SECONDS.BODY” with this secret.',
  renewSecret: 'New secret',
  renewSecretSure: 'Make a new secret? Calls signed with it are refused by your server until it knows it.',
  test: 'Send a test',
  testing: 'Sending…',
  testSaved: 'Save the address first, then test it.',
  last: 'Last call',
  none: 'None was sent yet.',
  /** The API's own sentence about it. */
  lastWords: (sentence: string) => sentence,
  results: { delivered: 'Delivered', retrying: 'Will be tried again', failed: 'Not delivered' },
  feed: 'Feed',
  feedUrl: 'Address for your feed reader (RSS)',
  feedHelp: 'Whoever knows this address can read the feed. A new address ends the old one.',
  renewFeed: 'New address',
  renewFeedSure: 'Make a new address? Your feed reader must be told; the old one ends at once.',

  stopTitle: 'No more mails',
  stopText: 'Stop mail about new sites of your videos? You still find everything on this site.',
  stopDo: 'Stop the mails',
  stopped: 'Done. You get no more of these mails.',
  stoppedHelp: (settings: string) => `You can turn them on again under “${settings}”.`,
}
