import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ErrorBody } from '#contract/errors.ts'
import { attackFiles } from '#support/attack-files.ts'
import { type CanaryCage, findCanary, openCanaryCage } from '#support/canary.ts'
import { makeClip } from '#support/media.ts'
import { type Person, signUp } from '#support/person.ts'
import { beacon } from '#support/plays.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'

let system: TestSystem
let person: Person
let cage: CanaryCage

beforeAll(async () => {
  system = await startTestSystem()
  person = await signUp(system.url)
  cage = await openCanaryCage(join(system.dataFolder, 'cage'))
})

afterAll(async () => {
  await system?.stop()
  await cage?.close()
})

async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as ErrorBody).error.code
}

async function outcomeOf(bytes: string | Uint8Array<ArrayBuffer>, name: string) {
  const { id } = await person.upload(new Blob([bytes]), name)
  return until(
    () => person.video(id),
    ({ status }) => status === 'failed' || status === 'ready',
  )
}

function sendForm(form: FormData): Promise<Response> {
  return person.request('/api/videos', { method: 'POST', body: form })
}

describe('files that are no videos', () => {
  test('text named .mp4 fails as not_a_video, with a sentence for its owner', async () => {
    const video = await outcomeOf('Dear diary, this is no video.\n'.repeat(200), 'diary.mp4')
    expect(video).toMatchObject({ status: 'failed', failure: { code: 'not_a_video' } })
    expect(video.failure?.message).toMatch(/not a video/)
  })

  // The other attacks, and all of them under other names, are tried with the faults.
  const attacks = [
    'a playlist of a web address',
    'a playlist of a file elsewhere',
    'a concat script of a sibling',
    'a manifest of a file elsewhere',
    'a manifest of a web address',
    'a session description',
    'an AVI with a secret for subtitles',
  ]

  test('files that name others reach neither the network nor somebody else’s file, and no poster is made of them', async () => {
    const meant = attackFiles(cage).filter(({ name }) => attacks.includes(name))
    expect(meant).toHaveLength(attacks.length)
    const outcomes = await Promise.all(meant.map(({ bytes }) => outcomeOf(bytes, '-y%03d http:evil.mp4')))
    for (const video of outcomes)
      expect(video).toMatchObject({ status: 'failed', posterUrl: null, failure: { code: 'not_a_video' } })
    expect(cage.hits()).toBe(0)
    expect(await findCanary(join(system.dataFolder, 'storage'))).toEqual([])
  })

  test('a vector image that names a file is refused at the door', async () => {
    const { bytes } = attackFiles(cage).find(({ name }) => name === 'a vector image with a link to a file')!
    const form = new FormData()
    form.set('file', new Blob([bytes]), 'holiday.mp4')
    const answer = await person.request('/api/videos', { method: 'POST', body: form })
    expect([answer.status, await codeOf(answer)]).toEqual([415, 'not_a_video'])
  })

  test('an empty file is refused with file_empty, and becomes no video', async () => {
    const form = new FormData()
    form.set('file', new Blob([]), 'empty.mp4')
    const answer = await sendForm(form)
    expect(answer.status).toBe(400)
    expect(await codeOf(answer)).toBe('file_empty')
    const created = await person.request('/api/uploads', {
      method: 'POST',
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': '0' },
    })
    expect(created.status).toBe(400)
  })

  test('a form without a file is refused with file_missing', async () => {
    const form = new FormData()
    form.set('title', 'nothing else')
    expect(await codeOf(await sendForm(form))).toBe('file_missing')
    const misnamed = new FormData()
    misnamed.set('video', new Blob(['x']), 'a.mp4')
    expect(await codeOf(await sendForm(misnamed))).toBe('file_missing')
  })

  test('a body that ends too soon is refused, and the next upload is fine', async () => {
    const answer = await person.request('/api/videos', {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
      body: '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nhalf',
    })
    expect(answer.status).toBe(400)
    const clip = join(system.dataFolder, 'good.mp4')
    await makeClip(clip, { seconds: 2, width: 320, height: 240 })
    expect(await outcomeOf(await readFile(clip), 'good.mp4')).toMatchObject({ status: 'ready', failure: null })
  })
})

describe('beacons that are no beacons', () => {
  const send = (body: string) => fetch(`${system.url}/beacon`, { method: 'POST', body })

  test.each([
    ['a forged token', () => JSON.stringify(beacon()), 403, 'token_invalid'],
    ['17 kB', () => JSON.stringify({ ...beacon(), more: 'x'.repeat(17 * 1024) }), 413, 'body_too_large'],
    ['broken JSON', () => '{"token": "v1', 400, 'bad_json'],
    ['another shape', () => '{"hello": 1}', 400, 'beacon_invalid'],
  ])('%s is refused with its code', async (_name, body, status, code) => {
    const answer = await send(body())
    expect(answer.status).toBe(status)
    expect(await codeOf(answer)).toBe(code)
  })

  test('none of them is counted, and the collector is well', async () => {
    const health = await fetch(`${system.url}/beacon/health`)
    expect(await health.json()).toMatchObject({ ready: true, spool: { waitingBytes: 0 }, rejected: 0 })
  })
})

describe('requests from elsewhere', () => {
  test('another site cannot act with a visitor’s session', async () => {
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: system.url, 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      const answer = await person.request('/api/vpubs', { method: 'POST', headers, body: '{}' })
      expect(answer.status).toBe(403)
      expect(await codeOf(answer)).toBe('cross_site')
    }
  })

  test('a stranger’s resumable upload does not exist for others', async () => {
    const created = await person.request('/api/uploads', {
      method: 'POST',
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': '5' },
    })
    const path = created.headers.get('location')!
    const stranger = await signUp(system.url, 'Mallory')
    for (const init of [
      { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } },
      { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } },
    ])
      expect((await stranger.request(path, init)).status).toBe(404)
    const kept = await person.request(path, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } })
    expect(kept.headers.get('upload-offset')).toBe('0')
  })
})
