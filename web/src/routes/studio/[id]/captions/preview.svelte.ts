/** The player beside the list: where it is, and taking it somewhere. It is a frame of our own site, so its media can be reached. */
export class Preview {
  atMs = $state(0)
  isThere = $state(false)
  #frame: HTMLIFrameElement | null = null

  /** For `{@attach}`: follows the frame for as long as it is there. */
  readonly attach = (frame: HTMLIFrameElement) => {
    const begin = () => this.#follow(frame)
    frame.addEventListener('load', begin)
    begin()
    return () => {
      frame.removeEventListener('load', begin)
      this.#frame = null
      this.isThere = false
    }
  }

  /** Goes there, and plays on from there. */
  play(ms: number): void {
    const video = this.#video()
    if (!video) return
    const go = () => {
      video.currentTime = ms / 1000
    }
    if (video.readyState > 0) go()
    // Nothing is loaded before somebody wants to watch.
    else video.addEventListener('loadedmetadata', go, { once: true })
    const stage = this.#frame!.contentDocument!.querySelector<HTMLElement>('.stage')
    if (stage?.dataset.state === 'poster') stage.querySelector<HTMLButtonElement>('.play')?.click()
    else if (video.paused) void video.play().catch(() => {})
  }

  #follow(frame: HTMLIFrameElement): void {
    this.#frame = frame
    const video = this.#video()
    if (!video) return
    this.isThere = true
    for (const event of ['timeupdate', 'seeking', 'seeked'])
      video.addEventListener(event, () => {
        this.atMs = Math.round(video.currentTime * 1000)
      })
  }

  #video(): HTMLVideoElement | null {
    return this.#frame?.contentDocument?.querySelector('video') ?? null
  }
}
