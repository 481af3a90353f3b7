import type { Video } from '#contract/video.ts'

/**
 * Tells every change of a video while it is being made, by server-sent events, until it is ready or failed.
 * The browser connects again by itself after a broken line. Returns what ends it.
 */
export function followVideo(videoId: string, onchange: (video: Video) => void): () => void {
  const source = new EventSource(`/api/videos/${videoId}/progress`)
  source.addEventListener('message', (event) => {
    const video: Video = JSON.parse(event.data)
    onchange(video)
    // The server ends the stream here too; without this the browser would take that for a broken line.
    if (video.status === 'ready' || video.status === 'failed') source.close()
  })
  return () => source.close()
}
