// The script for other people's pages: turns `<script async src=".../embed.js" data-video="ID">` and
// `<qq-video src="https://videos.example/watch/ID">` into a frame that fits, and tells that frame the page's address and title.

const framesOfThisScript = new Set<HTMLIFrameElement>()
let hasWarned = false

insertAll()
answerFrames()
defineElement()

/** Every script tag of ours that has no frame yet: one download serves several tags, whichever runs first. */
function insertAll(): void {
  for (const script of document.querySelectorAll<HTMLScriptElement>('script[data-video]')) {
    if (script.dataset.inserted || !script.src || new URL(script.src).pathname !== '/embed.js') continue
    script.dataset.inserted = 'true'
    const { video, ...options } = script.dataset
    place(createFrame(`${new URL(script.src).origin}/embed/${encodeURIComponent(video!)}`, options), script)
  }
}

/** Where its script stands; nothing in `<head>` is shown, so from there it goes to the end of the page. */
function place(frame: HTMLIFrameElement, script: HTMLScriptElement): void {
  if (!script.closest('head')) {
    script.after(frame)
    return
  }
  warnOfHead()
  if (document.readyState !== 'loading') document.body.append(frame)
  else addEventListener('DOMContentLoaded', () => document.body.append(frame), { once: true })
}

function warnOfHead(): void {
  if (hasWarned) return
  hasWarned = true
  console.warn(
    'embed.js stands in <head>: its video is put at the end of the page. Move the script to where it belongs.',
  )
}

function createFrame(address: string, options: DOMStringMap): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  frame.title = options.title || 'Video'
  frame.loading = 'lazy'
  frame.allow = 'autoplay; fullscreen; picture-in-picture'
  frame.allowFullscreen = true
  frame.referrerPolicy = 'no-referrer-when-downgrade'
  Object.assign(frame.style, {
    display: 'block',
    width: '100%',
    border: '0',
    // The place is taken before anything arrives, so the page never jumps.
    aspectRatio: /^\d+(\.\d+)?\s*\/\s*\d+(\.\d+)?$/.test(options.ratio ?? '') ? options.ratio : '16/9',
  })
  frame.src = playerAddress(address, options)
  framesOfThisScript.add(frame)
  return frame
}

function playerAddress(address: string, options: DOMStringMap): string {
  const url = new URL(address)
  for (const name of ['key', 'autoplay', 'muted', 'start', 'loop', 'captions']) {
    if (options[name] !== undefined) url.searchParams.set(name, options[name] || '1')
  }
  url.searchParams.set('via', 'script')
  return url.href
}

/** Answers only frames made here, and only while they show the site that they were made for. */
function answerFrames(): void {
  addEventListener('message', (event) => {
    if (event.data?.qqvideo !== 'hello') return
    for (const frame of framesOfThisScript) {
      if (frame.contentWindow !== event.source || new URL(frame.src).origin !== event.origin) continue
      // Query and fragment may hold secrets of the page; they don't leave it.
      const page = { qqvideo: 'page', url: location.origin + location.pathname, title: document.title }
      frame.contentWindow!.postMessage(page, event.origin)
    }
  })
}

/** Each script tag brings this code again; the element belongs to the first. */
function defineElement(): void {
  if (customElements.get('qq-video')) return
  customElements.define(
    'qq-video',
    class extends HTMLElement {
      #frame: HTMLIFrameElement | null = null

      connectedCallback() {
        const address = URL.parse(this.getAttribute('src') ?? '', document.baseURI)
        if (!address || this.#frame) return
        address.pathname = address.pathname.replace(/^\/watch\//, '/embed/')
        const options = Object.fromEntries([...this.attributes].map(({ name, value }) => [name, value]))
        this.style.display ||= 'block'
        this.#frame = createFrame(address.href, options)
        this.append(this.#frame)
      }

      disconnectedCallback() {
        if (this.#frame) framesOfThisScript.delete(this.#frame)
        this.#frame?.remove()
        this.#frame = null
      }
    },
  )
}
