/** What every number means, in one sentence; told in the OpenAPI document and on the page beside it. */
export const definitions = {
  loads: 'Players that a browser opened. Never called a view.',
  visible: 'Loads of which at least half of the player was on screen for one second.',
  starts: 'Plays whose media clock moved, by a person or by autoplay.',
  autoplays: 'The part of the starts that nobody asked for.',
  views: 'Plays of which 10 seconds were watched, or half of a video shorter than 20 seconds.',
  engaged: 'Plays of which 30 seconds were watched, or three quarters of a shorter video.',
  finishes: 'Plays that covered 95 % of the video, or reached its last two seconds with 80 % covered.',
  viewers:
    'Different viewers of each day (UTC) who started, summed over videos and days: no id lasts longer than a day. Viewers who ask not to be tracked (GPC, DNT) are not in it.',
  watchedMs:
    'Milliseconds during which the media clock advanced at playing speed: no pause, stall, jump, sleeping or hidden tab.',
  hiddenMs: 'Milliseconds of the same kind played in a hidden tab; not contained in watchedMs.',
  averageShare: 'Mean over the starts of the share of the video that was covered, 0 to 1.',
  startupP50Ms:
    'Half of the starts had a moving picture within this time after the wish to play; null where nobody started.',
  startupP95Ms: 'The same for 95 % of the starts.',
  stalledShare: 'Share of the starts that stalled at least once, 0 to 1.',
  stallTimeShare: 'Time stalled per time watched or stalled, 0 to 1.',
  errorShare: 'Share of the loads that met an error, 0 to 1.',
  grade: 'The surest word that names the site, of all plays counted here.',
  gradeCounts: 'How many plays have which grade.',
  firstSeenMs: 'When the first of these plays was opened, in milliseconds since 1970, UTC.',
  lastSeenMs: 'When one of these players was last heard of, in milliseconds since 1970, UTC.',
  liveNow: 'Players that sent a beacon in the last 40 seconds while playing.',
  trend: 'Starts in up to 30 equal steps of the period, oldest first; only where `trend` was asked for.',
  shares: 'For each of 100 equal parts of the video, the share of the starts that covered it, 0 to 1.',
  repeats: 'For each part, the share of the starts that came back to it after they had covered it.',
  notCounted: 'Plays that were received and do not count, each with its reasons.',
} as const

export const gradeDefinitions = {
  delivered: 'Attested, and parts of the video were sent to this very play.',
  attested: "Two of the browser's signals agree on the site.",
  reported: "One of the browser's signals alone.",
  claimed: "Only the page's or the owner's own word.",
  conflict: 'The signals disagree; what the browser said is kept, and the conflict is shown.',
  hidden: 'The site hides itself. It has a row of its own, so that totals add up.',
} as const

/** What filters and other parameters of a query mean. */
export const parameters: Record<string, string> = {
  fromMs: 'Plays opened at or after this time, in milliseconds since 1970, UTC; widened to the whole hour.',
  toMs: 'Plays opened before this time, in milliseconds since 1970, UTC; widened to the whole hour.',
  site: 'Only this site, as a row of the sites names it.',
  page: 'Only this page: origin and path, as a row of the pages names it.',
  country: 'Only this country: two capital letters, or empty where it is not known.',
  device: '`desktop`, `mobile`, `tablet`, `tv`, or empty where it is not known.',
  language: 'The language that the browser asks for first, such as `en`.',
  key: "Only plays with this embed key, the owner's own word in the embed address.",
  grade: 'Only plays whose site is known this surely.',
  referrer: 'Plays on our own watch page: the site that sent the visitor.',
  counting:
    '`clean` leaves out what does not count; `raw` has everything that was received. Exports of `plays` are raw unless told otherwise, everything else is clean.',
  sort: 'The column that rows are sorted by.',
  direction: '`asc` or `desc`.',
  search: 'Only rows whose value contains this text, without regard to case.',
  values: 'Beside `search`, also the rows of these very values. Repeat it for several, 300 at most.',
  cursor: '`next` of the page before.',
  limit: 'How many rows at most.',
  trend: 'Whether rows have a trend.',
  sites: 'Repeat it for several sites, ten at most. Without it: the ten sites with most starts.',
  format: 'The format of the file.',
  kind: 'Of captions: `captions` tell sounds too, `subtitles` only what is said.',
  isDefault: 'Of captions: `1` where players are to show them without being asked.',
  encoding:
    'Of a file of captions: how its text is encoded, where it is not told rightly by the file or guessed by its language.',
  mine: '`1` for your own videos; a key reads no others.',
}
