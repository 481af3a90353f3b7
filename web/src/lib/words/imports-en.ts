/** Fetching a video from a web address. */
export const enImports = {
  title: 'From a web address',
  label: 'Address of a video file',
  help: 'A public address that ends at the file itself, not at a page that shows it.',
  start: 'Import',
  badAddress: 'Begin the address with https:// or http://.',
  from: (host: string) => `from ${host}`,
  /** Between two sentences. */
  between: ' ',
  waiting: 'Waiting for its turn.',
  asking: 'Asking that site for the file.',
  received: (bytes: string) => `${bytes} have arrived.`,
  receivedOf: (bytes: string, total: string) => `${bytes} of ${total} have arrived.`,
  speed: (bytes: string) => `${bytes} per second.`,
  left: (time: string) => `About ${time} left.`,
  noNeedToWait: 'You can close this page; the import goes on.',
  tryAgain: 'Try again',
  cancel: 'Cancel',
  cancelSure: 'Stop this import and delete its video?',
  remove: 'Delete',
}
