import type { VideoStatus, Visibility } from '#contract/video.ts'
import { enAlerts } from './alerts-en.ts'
import { enCaptions } from './captions-en.ts'
import { enFile } from './file-en.ts'
import { enImports } from './imports-en.ts'
import { enKeys } from './keys-en.ts'
import { many } from './many.ts'
import { enPictures } from './pictures-en.ts'
import { enQuotas } from './quotas-en.ts'
import { enUploads } from './uploads-en.ts'
import { enViews } from './views-en.ts'

export const en = {
  site: {
    name: 'QQVideo',
    tagline: 'Share a video. See where it travels.',
    skip: 'Skip to the content',
    nav: 'Main',
    home: 'Videos',
    vpubs: 'V-Pubs',
    upload: 'Upload',
    record: 'Record',
    studio: 'Studio',
    signIn: 'Sign in',
    signUp: 'Create account',
    signOut: 'Sign out',
    keys: 'API keys',
    account: 'Account',
    language: 'Language',
    theme: 'Light',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    about: 'Open-source video sharing. No cookie follows your viewers.',
    privacy: 'What is stored',
  },

  common: {
    cancel: 'Cancel',
    close: 'Close',
    save: 'Save',
    saved: 'Saved.',
    saving: 'Saving…',
    delete: 'Delete',
    copy: 'Copy',
    copied: 'Copied',
    edit: 'Edit',
    loadMore: 'Show more',
    loading: 'Loading…',
    tryAgain: 'Try again',
    optional: 'optional',
    open: 'Open',
    /** A deed and what it is done to, for those who hear only the button. */
    of: (what: string, name: string) => `${what}: ${name}`,
  },

  error: {
    notFound: 'There is nothing here',
    notFoundHelp: 'The address may be mistyped, or the video may be private or gone.',
    signInFirst: 'Sign in first',
    signInFirstHelp: 'This page is for people with an account.',
    notYours: 'This is not for your account',
    notYoursHelp: 'Only the owner of the video can open this page.',
    busy: 'The site is busy',
    busyHelp: 'It is starting or catching its breath. This page tries again by itself.',
    broken: 'Something broke on our side',
    brokenHelp: 'It has been logged. Trying again often helps.',
    somethingBroke: 'Something broke on our side. It has been logged.',
    toHome: 'To the videos',
  },

  /** English sentences come with the API's answers; only what it leaves silent is said here. */
  errors: {
    unavailable: 'We can’t reach the site right now. Check your connection and try again.',
    internal: 'Something broke on our side. It has been logged.',
    sent_elsewhere:
      'Another tab of this browser is sending this file. See there; once it is closed or paused there, you can try again here.',
    INVALID_EMAIL_OR_PASSWORD: 'That e-mail and password don’t belong together.',
    USER_ALREADY_EXISTS: 'There is an account with this e-mail. Sign in instead.',
    USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'There is an account with this e-mail. Sign in instead.',
    PASSWORD_TOO_SHORT: 'Choose a longer password: at least 8 characters.',
    PASSWORD_TOO_LONG: 'Choose a shorter password: at most 128 characters.',
    INVALID_EMAIL: 'That is not an e-mail address.',
  } as Record<string, string>,

  home: {
    title: 'Videos',
    newest: 'New videos',
    heroTitle: 'Share a video. See where it travels.',
    heroText:
      'Upload or record a video, put it on any page, and Views Details shows you on which sites it plays, how many people watch, how long, and where they leave.',
    heroUpload: 'Upload a video',
    heroRecord: 'Record one',
    emptyNote: 'No public videos yet. Yours can be the first.',
    points: [
      { title: 'Where it plays', text: 'Every site that embeds your video, and how sure we are of it.' },
      { title: 'Who stays', text: 'Retention for each site, so you see which audience cares.' },
      {
        title: 'Honest numbers',
        text: 'Each number has a definition one tap away. Nothing is guessed, and viewers get no cookie.',
      },
    ],
  },

  video: {
    views: (count: number, text: string) => (count === 1 ? '1 view' : `${text} views`),
    statuses: {
      uploading: 'Arriving',
      queued: 'Waiting',
      processing: 'Processing',
      playable: 'Playable',
      ready: 'Ready',
      failed: 'Failed',
    } satisfies Record<VideoStatus, string> as Record<VideoStatus, string>,
    visibilities: { public: 'Public', unlisted: 'Unlisted', private: 'Private' } as Record<Visibility, string>,
    visibilityHelp: {
      public: 'Anyone can find and watch it.',
      unlisted: 'Anyone with the link can watch it. Lists leave it out.',
      private: 'Only you can watch it.',
    } as Record<Visibility, string>,
    madePrivateHelp: (hours: string, days: string) =>
      `Only you can watch it. Pages and lists close at once; whoever has it open already, or kept an address of its parts, may go on for about ${hours} hours, and with its small pictures for ${days} days. To close it for everybody within seconds, delete it.`,
    visibilityUnsaved: (effect: string) => `Not saved yet. Once it is saved: ${effect}`,
    leaveUnsaved: 'Leave without saving what you changed here?',
    title: 'Title',
    description: 'Description',
    visibility: 'Who can watch',
    by: (name: string) => `by ${name}`,
    untitled: 'Untitled',
    lengthLabel: (time: string) => `Length ${time}`,
  },

  watch: {
    player: (title: string) => `Player: ${title}`,
    share: 'Share',
    viewsDetails: 'Views Details',
    edit: 'Edit',
    addToVPub: 'Add to a V-Pub',
    inVPubs: 'In',
    more: 'More videos',
    failed: 'This video could not be made',
    failedHelp: 'Its owner knows what went wrong.',
    arriving: 'This video is still arriving',
    arrivingHelp: 'It starts here by itself as soon as it can play.',
    processing: 'Getting ready to play',
    unlistedNote: 'Unlisted: only people with the link find it.',
    privateNote: 'Private: only you can see it.',
    shareTitle: 'Share this video',
    link: 'Link',
    embed: 'Put it on your page',
    embedHelp: 'Paste this where the video should appear. Views Details will name the page.',
    embedPrivate: 'Without the page’s address',
    embedPrivateHelp: 'Views Details sees the site, not which page of it.',
    embedScript: 'With a script',
    embedOthers: 'With a script, without the page’s address',
    embedScriptHelp: 'Fits its size by itself. Views Details names the page and its title.',
    send: 'Send…',
    chooseVPub: 'Choose a V-Pub',
    noVPubs: 'You are not in any V-Pub yet.',
    posted: 'Added.',
  },

  progress: {
    sending: 'Sending',
    sendingLeft: (percent: string, left: string) => `Sending, ${percent}. About ${left} left.`,
    sendingPercent: (percent: string) => `Sending, ${percent}.`,
    waiting: 'It has arrived. Waiting for its turn.',
    reading: 'Reading the file.',
    first: 'Making the first version to play.',
    firstLeft: (left: string) => `Playable in about ${left}.`,
    ladder: 'It can be watched now. Sharper versions follow.',
    ladderLeft: (left: string) => `It can be watched now. Sharper versions in about ${left}.`,
    detail: (share: string, times: string | null) =>
      times ? `${share} of this step, ${times}× as fast as playing` : `${share} of this step`,
    publishing: 'Almost there.',
    room: 'Waiting for room on this site’s disk. It goes on by itself.',
    storage: 'Waiting for this site’s storage, which does not answer. It goes on by itself.',
    roomLater: 'It can be watched now. Sharper versions wait for room on this site’s disk.',
    storageLater: 'It can be watched now. Sharper versions wait for this site’s storage, which does not answer.',
    done: 'Ready in every quality.',
    failed: 'This didn’t work.',
    steps: ['Sent', 'Playable', 'All qualities'],
    stepsLabel: 'Progress',
  },

  failure: {
    kept: 'This video can be watched, but not in every quality.',
  },

  upload: enUploads,

  record: {
    title: 'Record',
    camera: 'Camera',
    screen: 'Screen',
    sources: 'What to record',
    microphone: 'Microphone',
    noMicrophone: 'No sound',
    cameraChoice: 'Camera',
    start: 'Record',
    pause: 'Pause',
    resume: 'Go on',
    stop: 'Stop',
    again: 'Record another',
    getReady: 'Starting in',
    recording: 'Recording',
    pausedState: 'Paused',
    preview: 'Live picture',
    level: 'Sound level',
    silent: 'We hear nothing. Is the microphone muted?',
    noScreen: 'This browser can’t record the screen. Phones don’t offer it; use a browser on a computer.',
    noRecorder: 'This browser can’t record video. Upload a file instead.',
    notSecure: 'Browsers give the camera only to sites on https. Open this site by https, or upload a file.',
    denied: 'The browser was not allowed to use the camera or microphone. Allow it in the address bar and try again.',
    noDevice: 'No camera or microphone was found. Connect one and try again.',
    deviceBusy: 'Another program uses the camera. Close it and try again.',
    screenEnded: 'The screen is no longer shared, so the recording was stopped.',
    linkReady: 'The link is ready before the first picture. Send it now if you like.',
    sent: (bytes: string) => `${bytes} safe on the server`,
    sentBehind: (bytes: string, behind: string) => `${bytes} safe on the server, ${behind} still to send`,
    offline: 'No connection. The recording goes on and is kept on this device until it can be sent.',
    finishing: 'Sending the last seconds…',
    finished: 'Recorded',
    finishedHelp: 'Everything has arrived. Give it a title and decide who can watch.',
    publish: 'Publish',
    restart: 'Start over',
    defaultTitle: (when: string) => `Recording of ${when}`,
    left: 'A recording is not finished',
    leftHelp: 'This device still holds a part that was not sent. Finish it and nothing is lost.',
    finishLeft: 'Finish sending',
    discardLeft: 'Discard',
    discardSure: 'Discard the part of the recording that was not sent?',
    leave: 'You are recording.',
    openCamera: 'Open the camera',
    openScreen: 'Choose a screen',
  },

  studio: {
    title: 'Studio',
    empty: 'Your videos will be here',
    emptyHelp: 'Upload a file or record one here. You decide who can watch it.',
    views: 'Views Details',
    edit: 'Edit',
    columns: { video: 'Video', status: 'Status', visibility: 'Who can watch', created: 'Added', actions: 'Actions' },
    editTitle: 'Edit',
    snippets: 'Link and embed code',
    danger: 'Delete this video',
    dangerHelp: 'The video, its page and every embed stop working. This can’t be undone.',
    deleteSure: 'Delete this video for good?',
    watch: 'Watch',
    arriving: {
      partly: (sent: string, size: string, file: string) =>
        `Its file has not arrived whole: ${sent} of ${size} are here. Choose “${file}” again on the upload page and it goes on from there.`,
      elsewhere:
        'Its file has not arrived whole. It goes on in the browser where it was begun; chosen here, the file is sent from its beginning and becomes a video of its own.',
      toUpload: 'To the upload page',
    },
    making: {
      stop: 'Stop',
      stopSure:
        'Stop making this video? Nothing of it can be watched yet; its file is kept, and you can let it be tried again.',
      stopSharperSure:
        'Stop making this video? What can be watched by now stays, as long and as sharp as it is, until you let it be tried again.',
      stopReplacingSure:
        'Stop making the new file? It is deleted, and viewers see the one before. To try again you would have to send it once more.',
    },
    flags: {
      source_truncated: 'The file ended early; the video shows what was in it.',
      source_damaged:
        'The file is damaged: some of its pictures can’t be read, and the video stands still or flickers there. If you have a good copy, replace the file.',
      dolby_vision:
        'The file holds Dolby Vision alone (profile 5), and its colours come out wrong. Export it as HDR10, HLG or SDR and replace the file.',
      hdr: 'The file is HDR. Its colours were fitted to ordinary screens.',
      hdr_unfitted:
        'The file is HDR, and this site can’t fit its colours to ordinary screens: they look pale. Export it as SDR and replace the file, or ask the operator for an ffmpeg with zscale.',
      sound_tracks:
        'The file has several sound tracks; viewers hear the one that it marks as the default, or the first.',
      subtitles_inside:
        'The file has subtitles inside, which are not shown. Add them under Captions as an SRT or WebVTT file.',
      ladder_failed: 'Sharper versions of this video could not be made.',
    } as Record<string, string>,
  },

  views: enViews,

  imports: enImports,

  captions: enCaptions,

  pictures: enPictures,

  file: enFile,

  quotas: enQuotas,

  keys: enKeys,

  alerts: enAlerts,

  vpub: {
    title: 'V-Pubs',
    intro: 'Rooms with a theme that their members fill with videos.',
    create: 'Open a V-Pub',
    empty: 'No room is open yet',
    emptyHelp: 'Open one for a theme you care about.',
    members: (n: number) => many(n, 'member'),
    videos: (n: number) => many(n, 'video'),
    owner: (name: string) => `opened by ${name}`,
    join: 'Join',
    joined: 'You are a member',
    post: 'Post a video',
    feed: 'Feed',
    noVideos: 'No videos yet',
    noVideosMember: 'Post the first one.',
    noVideosGuest: 'Join and post the first one.',
    postedBy: (name: string, when: string) => `posted by ${name}, ${when}`,
    choose: 'Which of your videos?',
    noneOfMine: 'You have no video to post yet.',
    takeOut: 'Take out',
    newTitle: 'Open a V-Pub',
    name: 'Name',
    slug: 'Address',
    slugHelp: 'Small letters, digits and hyphens.',
    description: 'What is it about?',
    createDo: 'Open it',
    needSignIn: 'Sign in to join',
  },

  account: {
    signIn: 'Sign in',
    signUp: 'Create your account',
    email: 'E-mail',
    password: 'Password',
    passwordHelp: 'At least 8 characters.',
    name: 'Name',
    nameHelp: 'Shown next to your videos.',
    noAccount: 'No account yet?',
    haveAccount: 'Already have an account?',
    welcome: 'Welcome to your QQVideo',
    welcomeText: 'You are the first here. This makes you the administrator.',
    setUp: 'Set up the site',
    codeUsed: 'This set-up link was used already.',
  },
}
