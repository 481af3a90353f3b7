/** What the frame and embed.js on its page say to each other. */
export interface HelloMessage {
  qqvideo: 'hello'
}
export interface PageMessage {
  qqvideo: 'page'
  /** Address of the page without query and fragment. */
  url: string
  title?: string
}

export interface Handshake {
  /** The browser's word: the origin that the answer came from. */
  origin: string
  url: string
  title: string
}

// embed.js runs before its frame does, so an answer is a matter of milliseconds; a busy page gets a little longer.
const patienceMs = 1_000

/** Asks embed.js on the embedding page for the page's address and title; null where nobody answers in time. */
export function shakeHands(): Promise<Handshake | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(null), patienceMs)

    function hear(event: MessageEvent): void {
      if (event.source === window.parent && isPageMessage(event.data))
        finish({
          origin: event.origin,
          url: event.data.url.slice(0, 4096),
          title: String(event.data.title ?? '').slice(0, 400),
        })
    }

    function finish(answer: Handshake | null): void {
      clearTimeout(timer)
      window.removeEventListener('message', hear)
      resolve(answer)
    }

    window.addEventListener('message', hear)
    // To any origin: the greeting holds nothing, and whose page it is is what we ask.
    window.parent.postMessage({ qqvideo: 'hello' } satisfies HelloMessage, '*')
  })
}

function isPageMessage(data: unknown): data is PageMessage {
  const message = data as Partial<PageMessage> | null
  return message?.qqvideo === 'page' && typeof message.url === 'string'
}
