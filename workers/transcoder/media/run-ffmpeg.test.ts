import { spawn } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeClip } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { until } from '#support/until.ts'
import { runFfmpeg, runFfprobe } from './run-ffmpeg.ts'
import { runGuarded } from './run-guarded.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
  await makeClip(join(bench.folder, 'clip.mp4'))
})
afterAll(() => bench?.close())

const endless = { input: ['-stream_loop', '-1'], outputs: [{ target: '-', options: ['-f', 'null'] }] }

test('progress is told while it goes on, and the last word counts the pictures', async () => {
  const told: number[] = []
  const command = { outputs: [{ target: '-', options: ['-map', '0:v', '-f', 'null'] }] }
  const result = await runFfmpeg(bench.toolbox, bench.run('clip.mp4'), command, ({ frames }) => told.push(frames))
  expect(result.frames).toBe(48)
  expect(result.positionS).toBeCloseTo(2, 1)
  expect(told.at(-1)).toBe(48)
})

test('a run that takes too long is killed and counts as too costly', async () => {
  await expect(runFfmpeg(bench.toolbox, bench.run('clip.mp4', { maxSeconds: 0.5 }), endless)).rejects.toMatchObject({
    code: 'resource_limit',
  })
})

test('an aborted run is killed and rejects with the reason', async () => {
  const reason = new Error('enough')
  const abort = new AbortController()
  const run = bench.run('clip.mp4', { signal: abort.signal })
  await expect(runFfmpeg(bench.toolbox, run, endless, () => abort.abort(reason))).rejects.toBe(reason)
})

test('a file may not grow beyond the limit', async () => {
  const toolbox = { ...bench.toolbox, maxFileMb: 0.01 }
  const command = { outputs: [{ target: 'large.mkv', options: ['-c:v', 'rawvideo', '-y'] }] }
  await expect(runFfmpeg(toolbox, bench.run('clip.mp4'), command)).rejects.toMatchObject({ code: 'output_limit' })
})

test('memory beyond the limit counts as too costly', async () => {
  const toolbox = { ...bench.toolbox, maxMemoryMb: 400 }
  const filters = 'scale=8192:4320,reverse'
  const command = { outputs: [{ target: '-', options: ['-vf', filters, '-f', 'null'] }] }
  await expect(runFfmpeg(toolbox, bench.run('clip.mp4'), command)).rejects.toMatchObject({ code: 'resource_limit' })
})

test('what ffmpeg complains of is kept clean with the error', async () => {
  await writeFile(join(bench.folder, 'garbage'), '\0\xff not a video')
  const failure = await runFfprobe(bench.toolbox, bench.run('garbage'), ['-show_format']).catch((error) => error)
  expect(failure).toMatchObject({ name: 'FfmpegError', stderr: expect.stringContaining('Invalid data found') })
})

test('ten megabytes of complaints, NUL and broken UTF-8 in them, end as 4 kB of text', async () => {
  const script = join(bench.folder, 'shouts')
  await writeFile(script, '#!/bin/sh\nhead -c 10000000 /dev/urandom >&2\nexit 3\n')
  await chmod(script, 0o755)
  const end = await runGuarded(bench.toolbox, bench.run(), [script], () => {})
  expect(end.code).toBe(3)
  expect(end.stderr.length).toBeLessThanOrEqual(4_096)
  expect(end.stderr).not.toContain('\0')
})

test('a name that could mean something to ffmpeg is not run at all', async () => {
  for (const source of ['-version', 'http:x', '../x', 'concat:a', 'a b']) {
    await expect(runFfprobe(bench.toolbox, bench.run(source), [])).rejects.toThrow('Not a name of ours')
  }
})

test('inside the fence there is no network, not even to this machine', async ({ skip }) => {
  if (!bench.toolbox.fences.canUnshare) skip('user namespaces are not allowed on this machine')
  const calls: unknown[] = []
  const server = createServer((socket) => {
    calls.push(socket.remoteAddress)
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const connect = ['bash', '-c', `echo > /dev/tcp/127.0.0.1/${port}`]
  const end = await runGuarded(bench.toolbox, bench.run(), connect, () => {})
  expect(end.code).not.toBe(0)
  const open = { ...bench.toolbox, fences: { ...bench.toolbox.fences, canUnshare: false } }
  expect((await runGuarded(open, bench.run(), connect, () => {})).code).toBe(0)
  expect(calls).toHaveLength(1)
  await new Promise((resolve) => server.close(resolve))
})

test('nothing of our environment reaches it but the path', async () => {
  let text = ''
  await runGuarded(bench.toolbox, bench.run(), ['env'], (piece) => {
    text += piece
  })
  const names = text
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0])
  expect(names.sort()).toEqual(['AV_LOG_FORCE_NOCOLOR', 'LANG', 'PATH'])
})

test('a tool dies with the process that started it, however that one dies', async ({ skip }) => {
  if (!bench.toolbox.fences.canDieWithParent) skip('setpriv does not work on this machine')
  const module = new URL('./run-guarded.ts', import.meta.url).href
  const words = ['sh', '-c', 'echo $$; exec sleep 60']
  const code = `import { runGuarded } from '${module}'
    await runGuarded(${JSON.stringify(bench.toolbox)}, ${JSON.stringify(bench.run())}, ${JSON.stringify(words)}, (text) => process.stdout.write(text))`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'ignore'] })
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
  expect(await stateOf(pid)).toMatch(/[RSD]/)
  parent.kill('SIGKILL')
  // Whoever inherits it may let it lie as a zombie.
  await until(
    () => stateOf(pid),
    (state) => ['gone', 'Z', 'X'].includes(state),
    5_000,
  )
})

async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return /\) (\w) /.exec(stat)?.[1] ?? 'gone'
}
