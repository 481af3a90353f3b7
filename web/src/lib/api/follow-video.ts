import type { Video } from '#contract/video.ts'
import { ApiError, load } from './write.ts'

/**
 * Tells every change of a video while it is being made, until it is ready or failed: by server-sent events, and by asking
 * again where those are refused, as when too many pages are open, or held back by something on the way.
 * The browser mends a broken line by itself. Returns what ends it.
 */
export function followVideo(videoId: string, onchange: (video: Video) => void): () => void {
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const line = new EventSource(`/api/videos/${videoId}/progress`)
  line.addEventListener('message', (event) => {
    clearTimeout(timer)
    tell(JSON.parse(event.data))
  })
  line.addEventListener('error', () => {
    if (line.readyState === EventSource.CLOSED) void ask()
  })
  // The first is told at once; what has not come by now is kept back by a proxy until the stream ends.
  timer = setTimeout(ask, silentMs)
  return end

  function end(): void {
    isOver = true
    clearTimeout(timer)
    line.close()
  }

  function tell(video: Video): void {
    if (isOver) return
    onchange(video)
    // The server ends the stream here too; without this the browser would take that for a broken line.
    if (video.status === 'ready' || video.status === 'failed') end()
  }

  async function ask(): Promise<void> {
    line.close()
    try {
      tell(await load<Video>(`/api/videos/${videoId}`))
    } catch (error) {
      // Gone, or not for this visitor any more.
      if (error instanceof ApiError && error.code === 'not_found') end()
    }
    clearTimeout(timer)
    if (!isOver) timer = setTimeout(ask, askEveryMs)
  }
}

const silentMs = 10_000
const askEveryMs = 3_000
