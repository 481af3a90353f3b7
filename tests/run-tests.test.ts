import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '#support/until.ts'

const program = fileURLToPath(new URL('./support/run-tests.ts', import.meta.url))
let folder: string

/** Each file of these tells something else that may happen to one. */
const files = {
  fine: "test('is fine', () => {})",
  hook: "describe('what', () => { afterAll(() => { throw new Error('too late') }); test('runs', () => {}) })",
  rejection: "test('leaves one behind', () => { Promise.reject(new Error('nobody catches it')) })",
  broken: "import './nowhere.ts'; test('never runs', () => {})",
  hiccup: "test('fails at first', () => { if (!again()) throw new Error('a hiccup') })",
  hanging: "test('hangs', async () => { if (!again()) throw new Error('a hiccup'); await new Promise(() => {}) })",
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-run-tests-'))
  await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'))
  const head = `
    import { existsSync, writeFileSync } from 'node:fs'
    import { afterAll, describe, test } from 'vitest'
    function again() {
      const isAgain = existsSync(import.meta.filename + '.first')
      writeFileSync(import.meta.filename + (isAgain ? '.second' : '.first'), '')
      return isAgain
    }
  `
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.test.ts`), head + text)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

function run(words: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, '--root', folder, '--cache=false', ...words], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk))
  const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, said })),
  )
  return { child, ended }
}

test.concurrent.for([
  ['fine', '1 passed, 0 failed, 0 skipped', 0],
  ['hook', '1 passed, 1 failed, 0 skipped', 1],
  ['rejection', '1 passed, 1 failed, 0 skipped', 1],
  ['broken', '0 passed, 1 failed, 0 skipped', 1],
] as const)('a run of the file that is %s ends with "%s" and %d', async ([name, counts, code], { expect }) => {
  const ended = await run([name]).ended
  expect(ended.said.trimEnd().split('\n').at(-1)).toBe(counts)
  expect(ended.code).toBe(code)
})

test.concurrent('a run that finds nothing to do says so without a stack, and is no success', async ({ expect }) => {
  const [noFile, noName] = await Promise.all([run(['nowhere']).ended, run(['fine', '-t', 'no such']).ended])
  expect(noFile.said).toContain('No test files found')
  expect(noFile.said).not.toMatch(/^ +at /m)
  expect(noName.said).toContain('No test has a name like "no such".')
  expect([noFile.code, noName.code]).toEqual([1, 1])
})

test.concurrent('a file that passes only at the second try is named', async ({ expect }) => {
  const ended = await run(['hiccup'], { CI: '1' }).ended
  expect(ended.said).toContain('PASSED ONLY AT THE SECOND TRY, to be mended: hiccup.test.ts')
  expect(ended.code).toBe(0)
})

test('a second try that is interrupted is no success', async () => {
  const { child, ended } = run(['hanging'], { CI: '1' })
  await until(
    () => readFile(join(folder, 'hanging.test.ts.second'), 'utf8'),
    () => true,
  )
  child.kill('SIGINT')
  expect((await ended).code).not.toBe(0)
})
