import type { LiveEvent, ViewsDetails } from '#contract/views.ts'

interface Listeners {
  onviews: (details: ViewsDetails) => void
  /** Whether numbers arrive; the browser connects again by itself after a broken line. */
  onconnection: (isConnected: boolean) => void
}

/** Tells a new Views Details whenever a number moved. `address` carries what the page was asked for. Returns what ends it. */
export function followViews(address: string, { onviews, onconnection }: Listeners): () => void {
  const source = new EventSource(address)
  source.addEventListener('open', () => onconnection(true))
  source.addEventListener('error', () => onconnection(false))
  source.addEventListener('message', (message) => {
    const event: LiveEvent = JSON.parse(message.data)
    if (event.type === 'views') onviews(event.details)
  })
  return () => source.close()
}
