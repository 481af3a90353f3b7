/** What the embed's address asks for: `?autoplay=1&muted=1&loop=1&start=90`. `captions` is read where they are shown. */
export interface PlayOptions {
  autoplay: boolean
  muted: boolean
  loop: boolean
  startSeconds: number
}

export function readPlayOptions(search: string): PlayOptions {
  const parameters = new URLSearchParams(search)
  const asks = (name: string) => ['1', 'true'].includes(parameters.get(name) ?? '')
  const startSeconds = Number(parameters.get('start'))
  return {
    autoplay: asks('autoplay'),
    muted: asks('muted'),
    loop: asks('loop'),
    startSeconds: startSeconds > 0 && Number.isFinite(startSeconds) ? startSeconds : 0,
  }
}
