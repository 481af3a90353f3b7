import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '#support/until.ts'
import { createLogger } from '../../services/program/logger.ts'
import { type KeptProcess, keepRunning } from './keep-running.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-keep-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('stop does not wait for the pause before the next start', async () => {
  const kept = await keep('process.exit(1)')
  // The fourth start fails after 0 + 250 + 1000 ms; three seconds of pause follow.
  await starts(4)
  expect(await msToStop(kept)).toBeLessThan(1_000)
})

test('stop ends a program that is being started again', async () => {
  const kept = await keep('setInterval(() => {}, 1000)')
  await starts(2)
  expect(await msToStop(kept)).toBeLessThan(3_000)
})

test('what outlives the program is looked for before each start and at the stop', async () => {
  let looks = 0
  const kept = await keep('setInterval(() => {}, 1000)', async () => {
    looks += 1
  })
  await starts(2)
  expect(looks).toBe(2)
  await kept.stop(100)
  expect(looks).toBeGreaterThan(2)
})

/** Runs a program that serves and ends on its first start and does something else on the later ones. */
async function keep(later: string, endLeftover?: () => Promise<void>): Promise<KeptProcess> {
  const program = join(folder, 'program.mjs')
  await writeFile(
    program,
    `import { appendFileSync, readFileSync } from 'node:fs'
     appendFileSync(${JSON.stringify(join(folder, 'starts'))}, '.')
     if (readFileSync(${JSON.stringify(join(folder, 'starts'))}, 'utf8') === '.')
       process.send({ type: 'ready' }, () => process.exit(0))
     else ${later}`,
  )
  return keepRunning(
    { name: 'program', program, environment: {}, onLine: () => {}, ...(endLeftover && { endLeftover }) },
    createLogger('test', 'silent'),
  )
}

async function starts(count: number): Promise<void> {
  await until(
    () => readFile(join(folder, 'starts'), 'utf8'),
    (marks) => marks.length >= count,
  )
}

async function msToStop(kept: KeptProcess): Promise<number> {
  const begin = performance.now()
  await kept.stop(4_000)
  return performance.now() - begin
}
