import type { EmbedBoot } from '#contract/embed.ts'
import { findSuccessor } from './find-successor.ts'
import { holdPicture } from './hold-picture.ts'
import { lookForBetter } from './look-for-better.ts'
import { createNotice, type Notice } from './notice.ts'
import type { PlayOptions } from './play-options.ts'
import type { PlayReport } from './play-report.ts'
import type { AttachStream, Trouble } from './stream.ts'
import { chooseTexts, type Texts } from './texts.ts'

export interface PlayerParts {
  boot: EmbedBoot
  stage: HTMLElement
  video: HTMLVideoElement
  options: PlayOptions
  report: PlayReport
}

export interface LoadedPlayer {
  /** False where the browser forbids it, as it does for autoplay with sound. */
  play(): Promise<boolean>
}

/** Gives a function that fetches controls and stream on its first call, and has the first seconds buffered. */
export function loadPlayer(parts: PlayerParts): () => Promise<LoadedPlayer> {
  let loading: Promise<LoadedPlayer> | null = null
  return () => {
    loading ??= load(parts)
    return loading
  }
}

async function load({ boot, stage, video, options, report }: PlayerParts): Promise<LoadedPlayer> {
  const texts = chooseTexts(navigator.language)
  const notice = createNotice(stage)
  preload(boot.mediaUrl)
  const [createControls, attach] = await fetchCode(() => {
    report.failed()
    notice.show(texts.network)
  })
  notice.hide()
  video.preload = 'auto'
  video.muted = options.muted
  video.loop = options.loop

  let { mediaUrl } = boot
  const stream = attach(video, {
    url: boot.mediaUrl,
    startSeconds: options.startSeconds,
    isLive: boot.isLive,
    onHeights: () => controls.offerHeights(),
    onTrouble: (trouble) => showTrouble(notice, texts, trouble, () => stream.retry()),
    onError: report.failed,
    onRecovered: notice.hide,
    onDuration: report.knowDuration,
    onGrowing: (isGrowing) => stage.toggleAttribute('data-growing', isGrowing),
    onMoved: () => void findSuccessor(boot, mediaUrl).then((next) => next && goOnWith(next)),
  })
  lookForBetter(boot, video, goOnWith)
  const controls = createControls({
    stage,
    video,
    stream,
    texts,
    report,
    durationMs: boot.durationMs,
    playId: boot.playId,
    boot,
    loadPreview: () => import('./preview.ts'),
    captions: boot.captions ?? [],
  })

  function goOnWith(next: string): void {
    mediaUrl = next
    holdPicture(video)
    stream.goOnWith(next)
  }

  return {
    play: () => {
      stream.watch()
      return tryToPlay(video)
    },
  }
}

/** The playlist comes beside the code that will ask for it, not after it. */
function preload(url: string): void {
  document.head.append(
    Object.assign(document.createElement('link'), { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href: url }),
  )
}

type CreateControls = typeof import('./controls.ts').createControls

/** Both files at once; where the line is cut, again and again with longer waits. */
async function fetchCode(onFailure: () => void): Promise<[CreateControls, AttachStream]> {
  for (let failures = 0; ; failures++) {
    try {
      const [{ createControls }, attach] = await Promise.all([import('./controls.ts'), fetchAttach()])
      return [createControls, attach]
    } catch {
      onFailure()
      await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 1_000 * 2 ** failures)))
    }
  }
}

async function fetchAttach(): Promise<AttachStream> {
  const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window
  return hasMediaSource
    ? (await import('./attach-hls.ts')).attachHls
    : (await import('./attach-native.ts')).attachNative
}

async function tryToPlay(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play()
    return true
  } catch (error) {
    // Anything else is trouble of the stream, which is told and mended on its own way.
    return (error as DOMException).name !== 'NotAllowedError'
  }
}

function showTrouble(notice: Notice, texts: Texts, trouble: Trouble, retry: () => void): void {
  const run = trouble === 'expired' ? () => location.reload() : retry
  notice.show(texts[trouble], { label: texts.tryAgain, run })
}
