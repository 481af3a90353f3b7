/** Keeps what is seen over a video that is given another stream, until the first picture of that is there. */
export function holdPicture(video: HTMLVideoElement): void {
  if (video.readyState < video.HAVE_CURRENT_DATA || video.videoWidth === 0) return
  const { videoWidth: width, videoHeight: height } = video
  const still = Object.assign(document.createElement('canvas'), {
    className: 'held',
    width,
    height,
    ariaHidden: 'true',
  })
  Object.assign(still.style, {
    ...{ position: 'absolute', inset: '0', width: '100%', height: '100%' },
    ...{ objectFit: 'contain', pointerEvents: 'none' },
  })
  still.getContext('2d')?.drawImage(video, 0, 0)
  video.after(still)
  const release = () => still.remove()
  if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(release)
  else (video as HTMLVideoElement).addEventListener('loadeddata', release, { once: true })
  // What never comes must not hide that.
  video.addEventListener('error', release, { once: true })
  setTimeout(release, longestMs)
}

const longestMs = 5_000
