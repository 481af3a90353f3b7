/** The upload page. */
export const enUploads = {
  title: 'Upload',
  drop: 'Drop videos here',
  dropOr: 'or choose them from this device. Any format, several at once.',
  choose: 'Choose videos',
  visibility: 'Who can watch what you add',
  visibilityHelp: (effect: string) => `${effect} This holds for what you add from now on.`,
  pause: 'Pause',
  resume: 'Resume',
  tryAgain: 'Try again',
  remove: 'Cancel',
  putAway: 'Remove',
  cancelSure: 'Stop sending this video and delete it?',
  watch: 'Watch',
  linkReady: 'The link works already. Whoever opens it waits for the video.',
  notVideo: (name: string) =>
    `“${name}” doesn’t look like a video. It is sent anyway; we tell you if it can’t be read.`,
  empty: (names: readonly string[]) =>
    `${names.map((name) => `“${name}”`).join(', ')}: nothing inside that could be sent. Choose video files; of a folder, the files in it.`,

  queued: 'Waiting for its turn.',
  starting: 'Getting ready to send.',
  offline: 'Waiting for the network. It goes on by itself.',
  waiting: 'The site doesn’t answer. It is tried again by itself; what has arrived is kept.',
  taken: 'Something else sends this file at the moment. It is tried again by itself; what has arrived is kept.',
  paused: 'Paused. What has arrived is kept; what was on its way is sent again.',
  refused: 'Stopped. What has arrived is kept.',
  failed: 'Failed. Nothing of this file was kept.',
  sentOf: (sent: string, size: string) => `${sent} of ${size}`,
  arrivedOf: (arrived: string, size: string) => `${arrived} of ${size} have arrived`,
  sentOfAt: (sent: string, size: string, speed: string) => `${sent} of ${size}, ${speed} a second`,

  leaveSending:
    'This loads the page anew and stops what is being sent. What has arrived is kept: choose the same files again on the upload page, and they go on. Leave?',
  replaces: 'Replaces the file of',
  sendingNow: (files: number) => (files === 1 ? '1 file is being sent' : `${files} files are being sent`),
  notSent: (files: number) => (files === 1 ? '1 file is not sent yet' : `${files} files are not sent yet`),

  allTitle: (files: number) => (files === 1 ? '1 video to send' : `${files} videos to send`),
  pauseAll: 'Pause all',
  resumeAll: 'Resume all',

  unfinished: 'Not finished yet',
  unfinishedHelp:
    'Choose the same file again and it goes on where it stopped. What has arrived is kept for a week after its last byte.',
  unfinishedSent: (share: string, size: string) => `${share} of ${size} sent`,
  unfinishedElsewhere: 'Another tab of this browser is sending it.',
  unfinishedReplaces: 'To replace the file of a video: go on there',
  forget: 'Delete',
  forgetSure: (file: string) => `Delete what was sent of “${file}”?`,

  used: (used: string, most: string) => `${used} of ${most} used`,
  usedVideos: (videos: string, most: string) => `${videos} of ${most} videos`,
  usedLabel: 'Your space',
  nearlyFull: 'Delete a video you no longer need to make room.',
}
