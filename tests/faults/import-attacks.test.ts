import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VideoImport } from '#contract/imports.ts'
import { attackFiles } from '#support/attack-files.ts'
import { type CanaryCage, findCanary, openCanaryCage } from '#support/canary.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'

let folder: string
let cage: CanaryCage
let system: TestSystem
let ada: Person
let attacks: ReturnType<typeof attackFiles>

// Another site, from which people import what attackers laid there.
const site = createServer((request, response) => {
  const attack = attacks[Number(request.url!.slice(1))]
  response.writeHead(200, { 'Content-Type': 'video/mp4' }).end(attack!.bytes)
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-attacks-'))
  cage = await openCanaryCage(join(folder, 'cage'))
  attacks = attackFiles(cage)
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const { port } = site.address() as AddressInfo
  system = await startTestSystem({
    IMPORT_ALLOW_PRIVATE: 'true',
    IMPORT_PORTS: String(port),
    IMPORTS_PER_HOUR: '1000',
  })
  ada = await signUp(system.url)
})

afterAll(async () => {
  await system?.stop()
  await new Promise((resolve) => site.close(resolve))
  await cage?.close()
  await rm(folder, { recursive: true, force: true })
})

test('files that attack ffmpeg end as no video when they are imported, call nobody and show nothing of others', async () => {
  const { port } = site.address() as AddressInfo
  const ends: [string, string][] = []
  for (const [index, attack] of attacks.entries()) {
    const answer = await ada.send('POST', '/api/imports', { url: `http://127.0.0.1:${port}/${index}` })
    expect(answer.status).toBe(202)
    const { videoId } = (await answer.json()) as VideoImport
    const video = await until(
      () => ada.video(videoId),
      ({ status }) => status === 'failed' || status === 'ready',
      120_000,
    )
    if (!attack.isAlsoVideo) ends.push([attack.name, video.failure?.code ?? video.status])
  }
  expect(ends.filter(([, end]) => end !== 'not_a_video')).toEqual([])
  expect(ends.length).toBeGreaterThan(8)
  expect(cage.hits()).toBe(0)
  // What came is kept as it is; what was made of it must hold nothing of anybody else's.
  const made = join(system.dataFolder, 'storage', 'videos')
  expect(existsSync(made) ? await findCanary(made) : []).toEqual([])
}, 600_000)
