import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Pictures } from '#contract/pictures.ts'
import type { ShareLink } from '#contract/share-links.ts'
import { readStoryboard } from '#contract/storyboard.ts'
import { newVisitor, openPageOf, startBrowser } from '#support/browser.ts'
import { ffmpeg, ffprobe } from '#support/media.ts'
import { type Person, signUp } from '#support/person.ts'
import { meanColor } from '#support/pixels.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { findRunning } from '../../infra/running-note.ts'

let system: TestSystem
let folder: string
let ada: Person
let videoId: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-pictures-'))
  system = await startTestSystem()
  ada = await signUp(system.url)
  const clip = join(folder, 'clip.mp4')
  // Red for three seconds, then blue.
  const colors = [
    '-f',
    'lavfi',
    '-i',
    'color=red:s=320x180:r=10:d=3',
    '-f',
    'lavfi',
    '-i',
    'color=blue:s=320x180:r=10:d=3',
  ]
  await ffmpeg([...colors, '-filter_complex', 'concat', '-c:v', 'libx264', '-g', '10', '-pix_fmt', 'yuv420p', clip])
  const video = await ada.upload(new Blob([await readFile(clip)]), 'clip.mp4')
  videoId = video.id
  await until(pictures, ({ storyboardUrl }) => storyboardUrl !== null)
})
afterAll(async () => {
  await system?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function pictures(): Promise<Pictures> {
  return (await (await ada.request(`/api/videos/${videoId}/pictures`)).json()) as Pictures
}

/** Sends a file as the poster and waits for what becomes of it. */
async function send(bytes: Uint8Array, name: string): Promise<Pictures> {
  const body = new FormData()
  body.set('image', new Blob([Uint8Array.from(bytes)]), name)
  const answer = await ada.request(`/api/videos/${videoId}/poster`, { method: 'PUT', body })
  expect(answer.status).toBe(202)
  return settled()
}

function settled(): Promise<Pictures> {
  return until(pictures, ({ wish }) => wish !== null && wish.state !== 'working')
}

async function fetchPoster(): Promise<string> {
  const { posterUrl } = await pictures()
  const answer = await fetch(`${system.url}${posterUrl}`)
  expect(answer.headers.get('content-type')).toBe('image/jpeg')
  const path = join(folder, `${crypto.randomUUID()}.jpg`)
  await writeFile(path, Buffer.from(await answer.arrayBuffer()))
  return path
}

const whole = { x: 20, y: 20, width: 100, height: 100 }

async function posterColor(): Promise<'red' | 'blue' | 'green' | 'other'> {
  const [red, green, blue] = await meanColor(await fetchPoster(), whole)
  if (red > 150 && green < 90 && blue < 90) return 'red'
  if (blue > 150 && red < 90 && green < 90) return 'blue'
  return green > 90 && red < 90 && blue < 90 ? 'green' : 'other'
}

/** A PNG of one colour: its compressed bytes are few, however many pixels it has. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // One bit a pixel, grey.
  header.set([1, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height), { level: 9 })
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    ...[chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))],
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}

describe('a poster', () => {
  test('is the picture of the moment that the owner chose, and stays so until they go back', async () => {
    const asked = await ada.send('PUT', `/api/videos/${videoId}/poster`, { atMs: 4_500 })
    expect(asked.status).toBe(202)
    expect(((await asked.json()) as Pictures).wish).toMatchObject({ state: 'working', atMs: 4_500 })
    expect((await settled()).wish).toMatchObject({ state: 'done' })
    expect(await posterColor()).toBe('blue')
    expect((await ada.video(videoId)).posterUrl).toBe((await pictures()).posterUrl)
    const back = await ada.request(`/api/videos/${videoId}/poster`, { method: 'DELETE' })
    expect(await back.json()).toMatchObject({ isChosen: false, wish: null })
    expect(await posterColor()).toBe('red')
  })

  test('is the last picture where the moment lies at the very end', async () => {
    await ada.send('PUT', `/api/videos/${videoId}/poster`, { atMs: 6_000 })
    expect((await settled()).wish).toMatchObject({ state: 'done' })
    expect(await posterColor()).toBe('blue')
  })

  test.each(['jpg', 'png', 'webp'])(
    'may be a picture that is sent as %s, made anew and no larger than needed',
    async (type) => {
      const path = join(folder, `green.${type}`)
      await ffmpeg(['-f', 'lavfi', '-i', 'color=green:s=2000x1000', '-frames:v', '1', path])
      expect((await send(await readFile(path), 'holiday.bin')).wish).toMatchObject({ state: 'done', atMs: null })
      expect(await posterColor()).toBe('green')
      const { streams } = await ffprobe(await fetchPoster())
      expect(streams[0]).toMatchObject({ codec_name: 'mjpeg', width: 1_280, height: 640 })
    },
  )

  test('stands upright and says nothing of where it was taken, though the file did', async () => {
    const path = join(folder, 'flat.jpg')
    await ffmpeg(['-f', 'lavfi', '-i', 'color=green:s=400x200', '-frames:v', '1', path])
    const plain = await readFile(path)
    // EXIF with "turn it by a quarter" and a description.
    const words = Buffer.from('52.5163 N 13.3777 E\0')
    const tiff = Buffer.from(
      '4d4d002a000000080002' + '01120003000000010006' + '0000' + '010e0002000000140000002600000000',
      'hex',
    )
    const exif = Buffer.concat([Buffer.from('Exif\0\0'), tiff, words])
    const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2])
    await send(Buffer.concat([plain.subarray(0, 2), marker, exif, plain.subarray(2)]), 'turned.jpg')
    const poster = await fetchPoster()
    expect((await ffprobe(poster)).streams[0]).toMatchObject({ width: 200, height: 400 })
    const bytes = await readFile(poster)
    expect(bytes.includes('Exif') || bytes.includes('52.5163')).toBe(false)
  })

  test.each([
    ['a bomb of 16,000 by 16,000 pixels', () => png(16_000, 16_000), 'picture_dimensions'],
    [
      'a drawing that could name other files',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'not_a_picture',
    ],
    [
      'a page that calls itself a picture',
      () => Buffer.from('<!doctype html><script>alert(1)</script>'),
      'not_a_picture',
    ],
    ['a picture that ends after its head', () => png(100, 100).subarray(0, 40), 'not_a_picture'],
    ['nothing', () => Buffer.alloc(0), 'not_a_picture'],
  ])('is refused with a sentence where it is %s, and the former one stays', async (_, make, code) => {
    const { posterUrl } = await pictures()
    const after = await send(make(), 'picture.png')
    expect(after.wish).toMatchObject({ state: 'failed', failure: { code } })
    expect(after.wish!.failure!.message).toMatch(/send|smaller/)
    expect(after.posterUrl).toBe(posterUrl)
  })

  test('is refused at the door where it is larger than 10 MB, missing, or somebody else’s wish', async () => {
    const body = new FormData()
    body.set('image', new Blob([new Uint8Array(11 << 20)]), 'large.png')
    const path = `/api/videos/${videoId}/poster`
    expect((await ada.request(path, { method: 'PUT', body })).status).toBe(413)
    const none = await ada.request(path, { method: 'PUT', body: new FormData() })
    expect(none.status).toBe(400)
    expect((await ada.send('PUT', path, { atMs: -1 })).status).toBe(400)
    const eve = await signUp(system.url, 'Eve')
    expect((await eve.send('PUT', path, { atMs: 0 })).status).toBe(404)
    expect((await eve.request(`/api/videos/${videoId}/pictures`)).status).toBe(404)
    expect((await fetch(`${system.url}${path}`, { method: 'DELETE' })).status).toBe(401)
  })
})

describe('the storyboard', () => {
  test('is beside the numbers of where people stay, for pointer and keyboard, and for nobody who only got the numbers', async () => {
    const clickhouse = createClient({ url: (await findRunning(system.dataFolder))!.clickhouseUrl })
    await storePlays(clickhouse, [{ token: playToken({ videoId }), state: watched(30) }])
    await clickhouse.close()
    const browser = await startBrowser()
    onTestFinished(() => browser.close())
    const page = await openPageOf(ada, browser)
    await page.goto(`${system.url}/studio/${videoId}/views`)
    const plot = page.getByRole('slider', { name: 'Where people stay' })
    const tile = page.locator('#retention .tile')
    const colorShown = async () => {
      await tile.waitFor()
      const path = join(folder, `${crypto.randomUUID()}.png`)
      await tile.screenshot({ path })
      const [red, , blue] = await meanColor(path, { x: 20, y: 20, width: 60, height: 40 })
      return red > 150 && blue < 90 ? 'red' : blue > 150 && red < 90 ? 'blue' : 'other'
    }
    await plot.scrollIntoViewIfNeeded()
    const box = (await plot.boundingBox())!
    for (const [share, color] of [
      [0.2, 'red'],
      [0.8, 'blue'],
    ] as const) {
      await page.mouse.move(box.x + share * box.width, box.y + box.height / 2)
      await until(colorShown, (shown) => shown === color)
    }
    await page.mouse.move(0, 0)
    await tile.waitFor({ state: 'detached' })
    await plot.focus()
    await page.keyboard.press('Home')
    await until(colorShown, (shown) => shown === 'red')
    await page.keyboard.press('End')
    await until(colorShown, (shown) => shown === 'blue')

    const answer = await ada.send('POST', `/api/videos/${videoId}/share-links`, { name: 'Press', filter: {} })
    const link = (await answer.json()) as ShareLink
    const stranger = await (await newVisitor(browser)).newPage()
    const asked: string[] = []
    stranger.on('request', (request) => void asked.push(request.url()))
    await stranger.goto(`${system.url}${new URL(link.url).pathname}`)
    const theirs = stranger.getByRole('slider', { name: 'Where people stay' })
    await stranger.waitForLoadState('networkidle')
    await theirs.focus()
    await stranger.keyboard.press('End')
    await stranger.locator('#retention .reading').getByText('%').waitFor()
    expect(await stranger.locator('#retention .tile').count()).toBe(0)
    expect(asked.filter((url) => /pictures|storyboard/.test(url))).toEqual([])
  })

  test('is read by who may watch, never by who may not, and may be kept for good', async () => {
    const askUrl = `/embed/${videoId}/storyboard`
    const document = await (await fetch(`${system.url}/embed/${videoId}`)).text()
    const { token } = JSON.parse(/id="boot">(.*?)<\/script>/s.exec(document)![1]!) as { token: string }
    const ask = (cookie = '') =>
      fetch(`${system.url}${askUrl}`, { method: 'POST', body: JSON.stringify({ token }), headers: { Cookie: cookie } })
    const { url } = (await (await ask()).json()) as { url: string }
    const list = await fetch(`${system.url}${url}`)
    expect(list.headers.get('content-type')).toContain('text/vtt')
    expect(list.headers.get('cache-control')).toContain('immutable')
    const [tile] = readStoryboard(await list.text(), url)
    const sheet = await fetch(`${system.url}${tile!.image}`)
    expect(sheet.headers.get('content-type')).toBe('image/jpeg')

    await ada.send('PATCH', `/api/videos/${videoId}`, { visibility: 'private' })
    expect((await ask()).status).toBe(404)
    expect((await ask(ada.cookie)).status).toBe(200)
    for (const file of ['storyboard.vtt', '0.jpg']) {
      const key = url.split('/')[2]!
      const forged = `${key.slice(0, -3)}${key.endsWith('aaa') ? 'bbb' : 'aaa'}`
      expect((await fetch(`${system.url}/media/${forged}/${file}`)).status).toBe(403)
    }
    expect((await fetch(`${system.url}${askUrl}`, { method: 'POST', body: '{"token":"x"}' })).status).toBe(403)
  })
})
