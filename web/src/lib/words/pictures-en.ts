/** The poster and the small pictures of a video. */
export const enPictures = {
  title: 'Poster',
  help: 'What people see before they press play.',
  suggested: 'From the video',
  suggest: (time: string) => `Use the picture at ${time}`,
  moment: 'Moment',
  momentAt: (time: string, length: string) => `${time} of ${length}`,
  use: (time: string) => `Use the picture at ${time}`,
  noOriginal: 'The original was deleted, so no other moment can be chosen. You can still send an image.',
  notYet: 'Pictures of the video appear here soon after it can be watched.',
  send: 'Send a picture',
  sendHelp: 'JPEG, PNG or WebP, 10 MB at most. What the file says about place and camera is left out.',
  tooLarge: 'The picture is larger than 10 MB; send a smaller one.',
  automatic: 'Back to the automatic one',
  working: 'The new poster is being made…',
  done: 'This is your poster now.',
  isAutomatic: 'This is the automatic poster again.',
}
