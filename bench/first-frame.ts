import { spawn } from 'node:child_process'
import { openAsBlob } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startBrowser } from '../tests/support/browser.ts'
import { type Person, signUp } from '../tests/support/person.ts'
import { type Figure, median, pairedRatio, range } from './figure.ts'
import { startWholeSystem } from './whole-system.ts'

interface Clip {
  name: string
  path: string
  what: string
  /** Words of a plain ffmpeg that makes the same first version in a folder; without it there is nothing to compare with. */
  plain?: (folder: string) => string[]
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
        if (clip.plain) plain.push(await secondsUntilThirdSegment(folder, clip.plain))
      }
      const about = { unit: 's', runs, goal: '≤ 3 s, not growing with the length', met: median(shown) <= 3 }
      const said = `${clip.what}; until Chromium has a picture ${range(shown, 's')}, until the status says playable ${range(playable, 's')}`
      figures.push({
        name: `publish.first_frame_s${clip.name}`,
        value: median(shown),
        baseline: plain.length > 0 ? median(plain) : null,
        ratio: plain.length > 0 ? pairedRatio(playable, plain) : null,
        ...about,
        note:
          plain.length > 0
            ? `${said}; plain ffmpeg until its third segment ${range(plain, 's')}, the ratio is playable to this`
            : said,
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

/** As much as has to be there before our first version is shown. */
async function secondsUntilThirdSegment(folder: string, plain: (folder: string) => string[]): Promise<number> {
  const target = join(folder, 'plain-first')
  await rm(target, { recursive: true, force: true })
  await mkdir(target)
  const startedAt = performance.now()
  const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...plain(target)], { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const playlist = join(target, 'playlist.m3u8')
  while (child.exitCode === null && !(await hasThreeSegments(playlist))) await delay(5)
  const seconds = (performance.now() - startedAt) / 1_000
  child.kill('SIGKILL')
  await ended
  return seconds
}

async function hasThreeSegments(playlist: string): Promise<boolean> {
  const text = await readFile(playlist, 'utf8').catch(() => '')
  return text.split('#EXTINF').length > 3
}
