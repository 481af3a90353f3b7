import type { EmbedBoot } from '#contract/embed.ts'
import { loadPlayer } from './load-player.ts'
import { readPlayOptions } from './play-options.ts'
import { reportPlay } from './play-report.ts'

/** Poster first: nothing but the counting happens until somebody shows intent. */
export function startPlayer(boot: EmbedBoot): void {
  const stage = document.querySelector<HTMLElement>('.stage')!
  const video = stage.querySelector('video')!
  const button = stage.querySelector<HTMLButtonElement>('.play')!
  const options = readPlayOptions(location.search)
  const report = reportPlay(boot, video, stage)
  const prepare = loadPlayer({ boot, stage, video, options, report })

  // The pointer, or a finger, is there some 100 ms before the click: time enough to have the first pictures ready.
  for (const event of ['pointerenter', 'pointerdown'] as const) stage.addEventListener(event, prepare, { once: true })
  button.addEventListener('focus', prepare, { once: true })
  button.addEventListener('click', () => void play('person'))
  if (options.autoplay && !boot.clickToPlay) void play('autoplay')

  async function play(by: 'person' | 'autoplay'): Promise<void> {
    report.wish(by)
    if (stage.dataset.state === 'poster') stage.dataset.state = 'starting'
    const player = await prepare()
    if (await player.play()) return
    if (by === 'autoplay') report.autoplayBlocked()
    stage.dataset.state = 'poster'
  }
}
