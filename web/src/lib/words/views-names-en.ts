import type { Grade } from '#contract/grade.ts'
import type { Mark } from '#contract/marks.ts'
import type { siteBuckets } from '#contract/play-token.ts'
import type { BreakdownColumn, Dimension, ExportTable } from '#contract/views.ts'

/** What a site without a domain of its own is stored as. */
type Bucket = (typeof siteBuckets)[keyof typeof siteBuckets]

const tabs: Record<Dimension | 'video', string> = {
  site: 'Sites',
  page: 'Pages',
  country: 'Countries',
  device: 'Devices',
  language: 'Languages',
  key: 'Keys',
  grade: 'Grades',
  referrer: 'Came from',
  video: 'Videos',
}

const columns: Record<BreakdownColumn, string> = {
  value: 'Name',
  loads: 'Loads',
  visible: 'Seen',
  starts: 'Starts',
  autoplays: 'Autoplays',
  views: 'Views',
  engaged: 'Engaged',
  viewers: 'Viewers',
  watchedMs: 'Watch time',
  averageShare: 'Watched',
  finishes: 'Finishes',
  grade: 'Sure?',
  firstSeenMs: 'First seen',
  lastSeenMs: 'Last seen',
  liveNow: 'Now',
}

/** What the things of Views Details are called and mean. */
export const enViewsNames = {
  dimensions: {
    site: 'Site',
    page: 'Page',
    country: 'Country',
    device: 'Device',
    language: 'Language',
    key: 'Key',
    grade: 'Grade',
    referrer: 'Came from',
    video: 'Video',
  } as Record<Dimension | 'video', string>,
  tabs,
  tabHelp: {
    site: 'Where your video is embedded. Open a site for its pages and everything about it.',
    page: 'The very pages, where the site lets browsers tell them. Those that embed by our script tell their title too.',
    country: 'By the address block of the viewer; the address itself is not kept.',
    device: 'By what the browser says it runs on.',
    language: 'The language that the browser asks for first.',
    key: 'Your own word in the address of the embed: add ?key=newsletter and see it here.',
    grade: 'How sure we are of the site.',
    referrer: 'Only for plays on the watch page here: the site that sent the visitor.',
    video: 'Each video by itself.',
  } as Record<Dimension | 'video', string>,
  unknown: {
    site: 'Not told',
    page: 'Page not told',
    country: 'Country not known',
    device: 'Device not known',
    language: 'Language not told',
    key: 'Without a key',
    grade: 'Not graded',
    referrer: 'Directly, or not told',
    video: 'A deleted video',
  } as Record<Dimension | 'video', string>,
  devices: { desktop: 'Computer', mobile: 'Phone', tablet: 'Tablet', tv: 'Television' } as Record<string, string>,
  buckets: {
    '(this site)': 'The watch page here',
    '(hidden)': 'Sites that hide themselves',
    '(localhost)': 'This computer (localhost)',
    '(private network)': 'A private network',
    '(file)': 'A file opened from disk',
    '(app)': 'Inside an app',
    '(translator)': 'Inside a translator',
    '(reader)': 'Inside a reader',
  } as Record<Bucket, string>,
  columns,
  grades: {
    delivered: 'Delivered',
    attested: 'Attested',
    reported: 'Reported',
    claimed: 'Claimed',
    conflict: 'Conflict',
    hidden: 'Hidden',
  } as Record<Grade, string>,
  gradeHelp: {
    delivered: 'Two signals of the browser agree on the site, and we sent the picture there.',
    attested: 'Two signals of the browser agree on the site.',
    reported: 'One signal of the browser names the site.',
    claimed: 'Only the page itself, or your own key in the address, says so.',
    conflict: 'The signals disagree. We keep both and don’t choose.',
    hidden: 'The site does not say who it is. It has a row so that the totals add up.',
  } as Record<Grade, string>,
  marks: {
    bot: { title: 'Robots', help: 'The browser called itself a robot, as those of search engines do.' },
    ownPlay: { title: 'Your own plays', help: 'You were signed in as the owner when the player opened.' },
    impossibleWatch: {
      title: 'Faster than time',
      help: 'More was watched than time had passed, at the highest speed there is.',
    },
    impossibleCover: {
      title: 'More seen than watched',
      help: 'More of the video was covered than can be watched in that time.',
    },
    prerendered: {
      title: 'Loaded ahead',
      help: 'The browser loaded the page in advance and nobody ever looked at it.',
    },
    tinyPlayer: { title: 'Too small to see', help: 'The player was under 16 pixels, where nobody can see anything.' },
    neverOnScreen: { title: 'Never on screen', help: 'It played by itself and was never scrolled into view.' },
    hostingNetwork: { title: 'From a data centre', help: 'Machines watch from there, people hardly ever do.' },
    replayedToken: { title: 'Copied play', help: 'The signed token of one play was sent again by another browser.' },
    moreThanDelivered: {
      title: 'More than we sent',
      help: 'The player reported parts of the video that were never delivered to it.',
    },
    tooManyPlays: {
      title: 'Too many plays',
      help: 'One viewer or network opened videos more often within an hour than people do.',
    },
    hiddenAllAlong: { title: 'Hidden all along', help: 'It played in a hidden tab from beginning to end.' },
  } as Record<Mark, { title: string; help: string }>,
  exportTables: {
    ...tabs,
    timeline: 'Timeline',
    retention: 'Retention',
    health: 'Embed health',
    'not-counted': 'Not counted',
    plays: 'Every single play',
  } as Record<ExportTable, string>,
  terms: {
    views: [columns.views, 'Plays with 10 seconds watched, or half of a video shorter than 20 seconds.'],
    viewers: [columns.viewers, 'Different people on one day, without a cookie. Longer periods add up the days.'],
    watchedMs: [
      columns.watchedMs,
      'Time during which the picture moved at playing speed. Pauses, stalls and jumps don’t count.',
    ],
    sites: [tabs.site, 'Different sites on which a player opened. Subdomains of one owner are one site.'],
    liveNow: ['Watching now', 'Players that sent a sign of life in the last 40 seconds while playing.'],
    loads: [columns.loads, 'A browser opened the player. Never called a view.'],
    visible: ['Seen on screen', 'At least half of the player was on screen for one second.'],
    starts: [columns.starts, 'The picture moved, by a person or by autoplay.'],
    engaged: [columns.engaged, '30 seconds watched, or three quarters of a shorter video.'],
    finishes: [columns.finishes, '95 % of the video watched, or its end reached with 80 % watched.'],
    averageShare: [columns.averageShare, 'How much of the video a start covers on average.'],
    grade: [columns.grade, 'The surest grade seen here. Press it to see how many plays have which.'],
    repeats: ['Watched again', 'The share of starts that came back to a part after they had watched it.'],
    startup: [
      'Start-up',
      'From the wish to play to the first moving picture. The middle of all starts, and the slowest 5 %.',
    ],
    stalled: ['Stalled', 'The share of starts that stood still at least once to wait for data.'],
    stallTime: ['Time stalled', 'Time stood still, per time watched or stood still.'],
    errors: ['Errors', 'The share of loads that met an error.'],
    notCounted: ['Not counted', 'Plays that are kept with a reason and left out of every number here.'],
    retention: ['Retention', 'For each of 100 equal parts of the video, the share of starts that watched it.'],
  } satisfies Record<string, [string, string]>,
}
