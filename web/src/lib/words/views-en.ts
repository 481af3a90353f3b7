import type { EmbedFix } from '#contract/embed-health.ts'
import type { EmbedMode, SiteAction } from '#contract/site-rules.ts'
import { many } from './many.ts'
import { enViewsNames } from './views-names-en.ts'

export const enViews = {
  ...enViewsNames,
  title: 'Views Details',
  of: (title: string) => `Views Details: ${title}`,
  ofAll: 'All my videos',
  ofAllNote: (n: number) => many(n, 'video'),
  ofRoomNote: (n: number) => `${many(n, 'video', 'videos')} of yours that ${n === 1 ? 'is' : 'are'} posted there`,
  toStudio: 'All my videos together',
  sharedBy: (name: string) => `Shared by ${name}, to look at only.`,
  contents: 'On this page',
  watch: 'Watch',

  // what is shown
  period: 'Period',
  periods: { day: '24 hours', week: '7 days', month: '30 days', quarter: '90 days', all: 'All' },
  ownDays: 'Own days',
  ownDaysOf: (from: string, to: string) => (from === to ? from : `${from} – ${to}`),
  fromDay: 'From',
  toDay: 'To',
  daysHelp: 'Days begin at midnight UTC.',
  showDays: 'Show these days',
  counting: 'Which plays',
  clean: 'Clean',
  raw: 'Everything',
  rawNote: 'You see everything that was received, also bots, your own plays and plays that can’t have happened.',
  filters: 'Filters',
  filterIs: (name: string, value: string) => `${name}: ${value}`,
  dropFilter: (name: string) => `Remove the filter ${name}`,
  dropAll: 'Remove all',
  only: (value: string) => `Show only ${value}`,
  lockedFilter: 'Fixed by whoever shared this',

  // the top
  live: (n: number) => `${many(n, 'person', 'people')} watching now`,
  liveOff: 'Live numbers are paused; connecting again…',
  viewersNote: 'sum of daily viewers',
  change: (text: string) => `${text} against the period before`,
  points: (n: string) => counted(n, 'point'),
  delayed: (time: string) => `Counting is delayed since ${time}. Nothing is lost; the numbers will catch up.`,
  computed: (time: string) => `As of ${time}.`,
  version: (n: number) => `Definitions version ${n}.`,
  emptyTitle: 'Nobody has opened this video yet',
  emptyHelp: 'Share the link or put the video on a page. The first site appears here within seconds.',
  emptyManyTitle: 'Nobody has opened these videos yet',
  emptyPeriod: 'No plays fit what you chose',
  emptyPeriodHelp: 'Take a longer period, or remove a filter.',
  brokenTitle: 'The numbers can’t be read right now',
  brokenHelp: 'Plays are still being counted and kept. Try again in a moment.',

  // now
  now: 'Right now',
  nowHelp: 'Players that sent a sign of life in the last 40 seconds. This moves by itself, about two seconds behind.',
  nobodyNow: 'Nobody is watching at this moment.',
  lastMinutes: 'Opened in the last 30 minutes',
  minutesLabel: (n: number, peak: number) =>
    `${many(n, 'player')} opened in the last 30 minutes, at most ${peak} in a minute.`,

  // spread
  map: 'Spread',
  mapHelp:
    'Your video in the middle, each site around it in the order in which it picked the video up. The bigger, the more starts; the ring shows how much people watch.',
  mapHelpInPeriod:
    'Your video in the middle, each site around it in the order in which it was first seen in this period. The bigger, the more starts; the ring shows how much people watch.',
  mapLabel: (n: number) => `Map of ${many(n, 'site')} around the video. The list beside it has the same facts.`,
  mapSite: (site: string, starts: string, share: string) => `${site}: ${counted(starts, 'start')}, ${share} watched`,
  mapMore: (n: number) => `and ${many(n, 'site')} more in the table`,
  order: 'In this order',
  orderInPeriod: 'In this order in this period',
  orderStarts: (starts: string) => counted(starts, 'start'),
  orderLater: (span: string) => `${span} later`,
  showAll: (n: number) => `Show all ${n}`,

  // tables
  tables: 'Where and by whom',
  firstInPeriod: 'First in this period',
  trend: 'Trend',
  trendLabel: 'Starts over the period',
  sortBy: 'Sort by',
  searchIn: (name: string) => `Search ${name.toLowerCase()}`,
  rows: (n: number) => many(n, 'row'),
  nothingFound: 'Nothing found.',
  noRows: 'Nothing here yet.',
  open: (value: string) => `Open ${value}`,
  openPage: 'Open the page',
  pagesOf: (site: string) => `Pages of ${site}`,
  noPages: 'This site told us no page.',
  onlySite: 'Only this site',
  columnsHelp: 'What the columns mean',

  // grades
  gradeAbout: (grade: string) => `What “${grade}” means`,
  gradeCounts: 'Plays by grade',

  // retention and funnel
  retention: 'Where people stay',
  retentionHelp: 'The share of starts that watched each part of the video. Lay up to two sites over the whole.',
  retentionLabel: 'Retention curves. At each part of the video, the share of starts that watched it.',
  retentionOf: (site: string) => `Where people on ${site} stay`,
  whole: 'All sites',
  retentionAt: (time: string) => `At ${time}`,
  retentionEmpty: 'The curve appears with the first start.',
  retentionOne: 'Curves are drawn for one video at a time. Open one from the table.',
  moreSites: 'Another site…',
  repeats: 'Watched again',
  repeatsShow: 'Show what is watched again',
  repeatsLabel: 'Share of starts that came back to a part after they had watched it.',
  repeatsPeak: (share: string, time: string) => `most at ${time}: ${share}`,
  repeatsNone: 'Nobody has gone back to a part yet.',
  repeatsAt: (share: string) => `watched again by ${share}`,
  funnel: 'How far people come',
  funnelSteps: {
    loads: 'Player loaded',
    visible: 'Seen on screen',
    starts: 'Started',
    views: 'View',
    engaged: 'Engaged',
    finishes: 'Finished',
  },
  autoplays: (share: string) => `${share} of the starts by autoplay`,

  // timeline
  timeline: 'When',
  timelineLabel: (what: string) => `${what} over time`,
  timelineAt: (when: string, value: string, what: string) => `${when}: ${what} ${value}`,
  timelineBefore: (value: string) => `before: ${value}`,
  timelineBy: { hour: 'When, by hour', day: 'When, by day' },
  periodBefore: 'Period before',

  // quality
  quality: 'How well it plays',
  qualityHelp:
    'Over the starts of each site. The bar reaches from the typical start-up time to that of the slowest twentieth.',
  startup: 'Start-up',
  stalled: 'Stalled',
  stallTime: 'Time stalled',
  errors: 'Errors',

  // health
  health: 'Embed health',
  healthHelp: 'Pages whose embed code keeps the player from working as it could.',
  healthGood: 'Every page embeds the player well.',
  affected: (plays: string, loads: string) => `${plays} of ${loads} plays`,
  fixes: {
    sandboxed: {
      title: 'The frame is sandboxed',
      help: 'Remove the sandbox attribute, or add allow-scripts allow-same-origin allow-presentation to it.',
    },
    fullscreenBlocked: {
      title: 'Full screen is forbidden',
      help: 'Add fullscreen to the frame’s allow attribute; the code below has it.',
    },
    autoplayBlocked: {
      title: 'Autoplay is forbidden',
      help: 'Add autoplay to the frame’s allow attribute, or leave the start to the visitor.',
    },
    tooSmall: {
      title: 'The player is too small',
      help: 'Controls need at least 200 × 113 pixels. The code below takes the width that there is.',
    },
    noReferrer: {
      title: 'The page hides itself',
      help: 'The frame or the page sends no address, so we know the site at best. The code below lets the page’s path arrive.',
    },
    errors: {
      title: 'Players met errors',
      help: 'Often a content policy of the page or a blocker. Allow this site in frame-src and media-src.',
    },
  } as Record<EmbedFix, { title: string; help: string }>,

  // trust
  trust: 'How sure we are',
  trustHelp: 'Every play carries a grade: how many signals agree on the site.',
  trustSure: (share: string) => `${share} of the plays are attested by two signals or more.`,
  notCounted: (n: number) => `and ${many(n, 'play')} not counted: why?`,
  notCountedTitle: 'Not counted',
  notCountedHelp: 'They are kept, with their reasons. A play may have several.',
  nothingLeftOut: 'No play was left out.',
  whereMost: 'Mostly on',
  why: 'Why isn’t my play counted?',
  whyHelp: 'The id of one play: 16 letters and digits, as in the export of every single play.',
  whyField: 'Play id',
  whyDo: 'Explain',
  whyInvalid: 'A play id has 16 characters, 0–9 and a–f.',
  whyUnknown: 'There is no such play of this video. It appears a few seconds after the player opened.',
  counts: 'This play counts.',
  countsNot: 'This play is kept but does not count:',
  playSteps: 'It reached',
  playFacts: (site: string, when: string) => `Opened on ${site}, ${when}.`,
  playWatched: (span: string, share: string) => `${span} watched, ${share} of the video covered.`,
  stepNone: 'nothing beyond loading',
  started: { person: 'Started by a person', autoplay: 'Started by autoplay' },

  // exports
  exports: 'Export',
  exportsHelp: 'Exactly the rows of this page, with the filters that are set now.',
  exportAs: (table: string, format: string) => `${table} as ${format}`,

  // share links
  share: 'Share',
  shareTitle: 'Share these numbers',
  shareHelp: 'Whoever has the address can look, and change nothing.',
  shareName: 'Name',
  shareNameHelp: 'For you, to tell links apart.',
  shareExpiry: 'Ends',
  shareExpiries: { never: 'Never', week: 'In 7 days', month: 'In 30 days', quarter: 'In 90 days' },
  shareLock: 'Fix what is set now; readers can narrow it but not widen it',
  shareNoLock: 'No filter is set; readers see everything.',
  shareDo: 'Make a link',
  shareRevoke: 'Revoke',
  shareRevokeSure: 'Revoke this link? Whoever has it sees nothing more.',
  shareEnds: (when: string) => `ends ${when}`,
  shareEnded: 'has ended',
  shareMade: (when: string) => `made ${when}`,
  shareNone: 'No link yet.',
  shareUnnamed: 'Link',

  // sites may or may not play
  policy: 'Where it may play',
  policyHelp: 'What you decide applies to every player that opens from now on.',
  policyInherit: 'Follow my rules for all videos again',
  policyInherited: 'This video follows your rules for all videos.',
  modes: {
    open: 'Everywhere',
    'report-only': 'Everywhere, and show what a list would break',
    'allow-list': 'Only on my list',
  } as Record<EmbedMode, string>,
  modeHelp: {
    open: 'Every site may show it but those you block.',
    'report-only': 'Nothing is turned away yet. Below stands what would be.',
    'allow-list': 'Sites that are not on the list show a notice instead of the video.',
  } as Record<EmbedMode, string>,
  report: (plays: number, sites: number) =>
    `A list would turn away ${many(plays, 'play')} of the last 30 days, on ${many(sites, 'site')}:`,
  reportNone: 'A list would have turned away nobody in the last 30 days.',
  reportMore: (n: number) => `and ${many(n, 'site')} more`,
  turnedAway: 'Turned away within the last 30 days; these are in no other number:',
  reportPlays: (plays: string) => counted(plays, 'play'),
  actions: { allow: 'Allow', block: 'Block', 'click-to-play': 'Play on press only' } as Record<SiteAction, string>,
  noAction: 'No rule',
  actionOf: (site: string) => `Rule for ${site}`,
  rules: 'Sites with a rule',
  noRules: 'No site has a rule of its own.',
  addRule: 'Site to add a rule for',
  addBlock: 'Block this site',
  addAllow: 'Allow this site',
  removeRule: (site: string) => `Remove the rule for ${site}`,
  policySaved: 'Saved. Players that open from now on follow it.',

  // discovery
  discovery: 'Noticed before any play',
  discoveryHelp: 'Chats, readers and editors that looked at the link of your video.',
  discoveryNone: 'Nobody has unfurled the link yet.',
  discoveryKinds: { oembed: 'Asked for embed code', unfurl: 'Link preview', feed: 'Feed reader' },
  times: (n: number) => many(n, 'time'),

  // definitions
  definitions: 'What the numbers mean',
  about: (term: string) => `What “${term}” means`,
}

/** A number as it is written, with its word. */
function counted(text: string, word: string): string {
  return `${text} ${word}${text === '1' ? '' : 's'}`
}
