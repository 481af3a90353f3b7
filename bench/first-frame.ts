import { openAsBlob } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startBrowser } from '../tests/support/browser.ts'
import { type Person, signUp } from '../tests/support/person.ts'
import { type Figure, median, pairedRatio, range } from './figure.ts'
import { startWholeSystem } from './whole-system.ts'

interface Clip {
  figure: string
  path: string
  what: string
  goal: string
  isMet(shownS: number, ratio: number): boolean
  /** What is done by hand instead, in seconds. */
  plainName: string
  plain(): Promise<number>
}

/** From the answer to an upload until a browser shows the first picture, through the whole system as people start it. */
export async function measureFirstFrames(folder: string, clips: Clip[], runs: number): Promise<Figure[]> {
  const system = await startWholeSystem(join(folder, 'whole'))
  const browser = await startBrowser()
  try {
    const person = await signUp(system.url)
    const figures: Figure[] = []
    for (const clip of clips) {
      const shown: number[] = []
      const playable: number[] = []
      const plain: number[] = []
      for (let run = 0; run < runs; run++) {
        const { id } = await person.upload(await openAsBlob(clip.path), 'clip')
        const uploadedAt = performance.now()
        await untilStatus(person, id, ['playable', 'ready'])
        playable.push((performance.now() - uploadedAt) / 1_000)
        const page = await browser.newPage()
        await page.goto(`${system.url}/embed/${id}?autoplay=1&muted=1`)
        await page.locator('video').evaluate(firstPicture as never)
        shown.push((performance.now() - uploadedAt) / 1_000)
        await page.close()
        // The next run has the machine for itself.
        await person.send('DELETE', `/api/videos/${id}`)
        await delay(2_000)
        plain.push(await clip.plain())
      }
      const ratio = pairedRatio(shown, plain)
      figures.push({
        name: clip.figure,
        value: median(shown),
        unit: 's',
        baseline: median(plain),
        ratio,
        goal: clip.goal,
        met: clip.isMet(median(shown), ratio),
        runs,
        note: `${clip.what}; until Chromium has a picture ${range(shown, 's')}, until the status says playable ${range(playable, 's')}; ${clip.plainName} ${range(plain, 's')}`,
      })
    }
    return figures
  } finally {
    await browser.close()
    await system.stop()
  }
}

/** Runs in the page: resolves once a picture is on the screen. */
function firstPicture(video: { requestVideoFrameCallback(shown: () => void): void; currentTime: number }) {
  return new Promise<void>((resolve) => {
    if (video.currentTime > 0) resolve()
    else video.requestVideoFrameCallback(resolve)
  })
}

async function untilStatus(person: Person, id: string, statuses: string[]): Promise<void> {
  for (;;) {
    const { status } = await person.video(id)
    if (status === 'failed') throw new Error('The video failed.')
    if (statuses.includes(status)) return
    await delay(20)
  }
}
