/** A media element fed from a playlist, by whichever way the browser has. */
export interface Stream {
  /** Somebody watches: from now on buffer well ahead. Before that only the first seconds are fetched. */
  watch(): void
  /** Heights of the pictures on offer, best first; empty where the browser chooses by itself. */
  heights(): number[]
  /** Null leaves the choice to the player. */
  choose(height: number | null): void
  /** Somebody pressed "Try again". */
  retry(): void
  /** Goes on from the same position with another stream of the same video. */
  goOnWith(url: string): void
}

/** network: it retries by itself. expired: only a new document helps. media: this browser can't. */
export type Trouble = 'network' | 'expired' | 'media'

export interface StreamOptions {
  url: string
  startSeconds: number
  isLive: boolean
  onHeights(): void
  onTrouble(trouble: Trouble): void
  /** Something broke, whether or not anybody will notice. */
  onError(): void
  /** It goes on after trouble. */
  onRecovered(): void
  /** The length is known for good. */
  onDuration(durationMs: number): void
  /** Whether the video is still being made, so that it gets longer while it is watched. */
  onGrowing(isGrowing: boolean): void
  /** Nothing more will be added here, but the video goes on elsewhere; or nothing was added for so long that it might. */
  onMoved(): void
}

export type AttachStream = (video: HTMLVideoElement, options: StreamOptions) => Stream
