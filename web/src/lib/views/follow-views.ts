import type { LiveEvent, ViewsDetails } from '#contract/views.ts'

interface Listeners {
  onviews: (details: ViewsDetails) => void
  /** Whether numbers arrive; after a broken or refused line another one is tried. */
  onconnection: (isConnected: boolean) => void
}

/** Tells a new Views Details whenever a number moved. `address` carries what the page was asked for. Returns what ends it. */
export function followViews(address: string, { onviews, onconnection }: Listeners): () => void {
  let source = connect()
  let again: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(again)
    source.close()
  }

  function connect(): EventSource {
    const line = new EventSource(address)
    line.addEventListener('open', () => onconnection(true))
    line.addEventListener('error', () => {
      onconnection(false)
      // A browser mends a broken line by itself, but gives up one that was refused, as when too many are open.
      if (line.readyState === EventSource.CLOSED) again = setTimeout(() => (source = connect()), refusedPauseMs)
    })
    line.addEventListener('message', (message) => {
      const event: LiveEvent = JSON.parse(message.data)
      if (event.type === 'views') onviews(event.details)
    })
    return line
  }
}

// As long as the API asks those to wait whom it refuses.
const refusedPauseMs = 30_000
