import type { VideoImport } from '#contract/imports.ts'

/**
 * Tells every change of an import by server-sent events, until every byte is here or it failed. Returns what ends it.
 * The browser connects again by itself after a broken line.
 */
export function followImport(videoId: string, onchange: (latest: VideoImport) => void): () => void {
  const source = new EventSource(`/api/imports/${videoId}/progress`)
  source.addEventListener('message', (event) => {
    const latest: VideoImport = JSON.parse(event.data)
    onchange(latest)
    // The server ends the stream here too; without this the browser would take that for a broken line.
    if (latest.state === 'stored' || latest.state === 'failed') source.close()
  })
  return () => source.close()
}
