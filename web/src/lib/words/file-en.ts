/** The file of a video: who may download it, and another one in its place. */
export const enFile = {
  downloadTitle: 'Download',
  everyone: 'Everybody who can watch may download this video',
  everyoneHelp: 'They get an MP4 of what is shown here, without what your file says about place and camera.',
  making: 'The file for downloading is being made…',
  impossible: 'No file for downloading could be made of this video. Untick the box and tick it again to try once more.',
  made: (size: string) => `Ready to download: MP4, ${size}.`,
  saved: 'Saved.',
  download: 'Download',
  downloadSize: (size: string) => `Download (${size})`,
  original: (size: string) => `Download the original (${size})`,
  originalHelp: 'Your file as you uploaded it. Only you and the admins of this site can get it.',

  originalPanel: {
    title: 'The original file',
    keep: 'Keep the file as I uploaded it',
    help: (size: string) =>
      `It takes ${size} of your space. Without it you can’t choose another moment as the poster, download the original or let the video be made anew, and no smaller version (AV1) is made. What viewers see stays.`,
    helpNext: 'Holds for the next file that you upload to this video.',
    deleteSure: (size: string) => `Delete the original (${size}) once everything is made of it? This can’t be undone.`,
    goes: {
      soon: 'It is deleted within a minute or two.',
      later: 'It is deleted later, once everything is made of it.',
      never: 'It stays: not everything could be made of it. It goes when you replace the file or delete the video.',
    },
    deleted: 'The original was deleted. What viewers see stays.',
  },

  replaceTitle: 'Replace the file',
  replaceHelp:
    'The link, title, captions, a poster that you chose, and all statistics stay. Viewers keep the version they see until the new one can be watched.',
  replace: 'Choose another file',
  replaceSure: (file: string) => `Replace the file of this video with “${file}”?`,
  cancelSure: 'Stop sending the new file? The video stays as it is.',
  sent: 'The new file is here. Viewers see it as soon as it can be watched.',
  interrupted: (file: string, sent: string, size: string) =>
    `Of “${file}”, ${sent} of ${size} have arrived. Choose the same file and it goes on from there. What has arrived is kept for a week after its last byte.`,
  isReplacing: 'A new file is being made ready. Viewers still see the one before.',
  isReplacingShown: 'Viewers see the first version of the new file; sharper ones are being made.',
  failed: 'The new file could not be used. Viewers see the one before, as if nothing had happened.',
  stopped:
    'The new file was stopped, as you wished, and is gone. Viewers see the one before. To try again, choose the new file once more.',
}
