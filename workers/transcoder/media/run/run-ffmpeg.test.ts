import { spawn } from 'node:child_process'
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { corpusFolder, makeClip } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { until } from '#support/until.ts'
import { type Fences, noFences } from './launch-line.ts'
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

test('processor time that is used up counts as too costly, though the kernel only kills', async ({ skip }) => {
  if (!bench.toolbox.fences.canLimit) skip('prlimit does not work on this machine')
  // Half a second of it, rounded up to one, on as many processors as there are.
  const toolbox = { ...bench.toolbox, threads: 0.01 }
  const spin = ['sh', '-c', 'while :; do :; done']
  const end = await runGuarded(toolbox, bench.run('in', { maxSeconds: 60 }), spin, () => {})
  expect(end).toMatchObject({ killedBy: 'SIGKILL', isOutOfTime: true })
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
  const end = await runGuarded(bench.toolbox, bench.run(), ['./shouts'], () => {})
  expect(end.code).toBe(3)
  expect(end.stderr.length).toBeLessThanOrEqual(4_096)
  expect(end.stderr).not.toContain('\0')
})

test('a name that could mean something to ffmpeg is not run at all', async () => {
  for (const source of ['-version', 'http:x', '../x', 'concat:a', 'a b']) {
    await expect(runFfprobe(bench.toolbox, bench.run(source), [])).rejects.toThrow('Not a name of ours')
  }
})

test.for(['canUnshare', 'canHideFiles'] as const)(
  'behind the fence %s there is no network, not even to this machine',
  async (fence, { skip }) => {
    if (!bench.toolbox.fences[fence]) skip(`${fence} does not hold on this machine`)
    let calls = 0
    const server = createServer((socket) => {
      calls++
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const connect = ['bash', '-c', `echo > /dev/tcp/127.0.0.1/${port}`]
    const run = (fences: Fences) => runGuarded({ ...bench.toolbox, fences }, bench.run(), connect, () => {})
    expect((await run({ ...noFences, [fence]: true })).code).not.toBe(0)
    expect((await run(noFences)).code).toBe(0)
    expect(calls).toBe(1)
    await new Promise((resolve) => server.close(resolve))
  },
)

test('ffmpeg sees its folder and the programs, and no other file; it can write nowhere else', async ({ skip }) => {
  if (!bench.toolbox.fences.canHideFiles) skip('bubblewrap does not work on this machine')
  await writeFile(join(bench.folder, 'secret'), 'secret')
  await mkdir(join(bench.folder, 'job'))
  const script = `ls -d /* | tr '\\n' ' '; cat ../secret '${bench.folder}/secret' /etc/passwd; touch /tmp/x /dev/shm/x /usr/bin/x /x; touch made`
  let text = ''
  const run = bench.run('in', { folder: join(bench.folder, 'job') })
  const end = await runGuarded(bench.toolbox, run, ['sh', '-c', script], (piece) => {
    text += piece
  })
  expect(text.trim().split(' ').sort()).toEqual(['/bin', '/dev', '/etc', '/job', '/lib', '/lib64', '/usr'])
  expect(end.stderr.match(/No such file|Read-only file system/g)).toHaveLength(7)
  expect(await readdir(run.folder)).toEqual(['made'])
})

test('inside no capability is left, and no user namespace gives any', async ({ skip }) => {
  if (!bench.toolbox.fences.canForbidNesting) skip('bubblewrap is missing or older than 0.8')
  const run = (fences: Fences) =>
    runGuarded({ ...bench.toolbox, fences }, bench.run(), ['unshare', '--user', '--', 'true'], () => {})
  expect((await run(bench.toolbox.fences)).code).not.toBe(0)
  expect((await run({ ...noFences, canHideFiles: true })).code).toBe(0)
})

test('a program that starts more processes than it may is refused them', async ({ skip }) => {
  if (!bench.toolbox.fences.canBoundProcesses) skip('the kernel bounds no processes of root, or bubblewrap is missing')
  const several = (count: number) => ['sh', '-c', `${'sleep 0.3 & '.repeat(count)} wait`]
  const limited = { ...bench.toolbox, maxProcesses: 16 }
  expect((await runGuarded(limited, bench.run(), several(4), () => {})).code).toBe(0)
  const end = await runGuarded(limited, bench.run(), several(40), () => {})
  expect(end.code).not.toBe(0)
  expect(end.stderr).toMatch(/fork/i)
})

test('a run that fills its folder is killed, however many files it takes', async () => {
  const toolbox = { ...bench.toolbox, maxFolderMb: 2 }
  const more = ['-vf', 'noise=alls=100:allf=t', '-c:v', 'rawvideo', '-f', 'segment', '-segment_time', '0.1']
  const command = { ...endless, outputs: [{ target: 'piece-%d.avi', options: more }] }
  const failure = runFfmpeg(toolbox, bench.run('clip.mp4'), command)
  await expect(failure).rejects.toMatchObject({ code: 'output_limit' })
})

test('a film that takes for ever to decode is ended when its time is up, and another is made meanwhile', async ({
  skip,
}) => {
  if (!corpusFolder) skip('the folder of real-world clips is not beside the repository')
  await copyFile(join(corpusFolder!, 'stress/androidx-media__mp4_long_4k_av1.mp4'), join(bench.folder, 'bomb'))
  const decode = { outputs: [{ target: '-', options: ['-map', '0:v', '-f', 'null'] }] }
  const make = { outputs: [{ target: 'made.mp4', options: ['-c:v', 'libx264', '-y'] }] }
  const bomb = runFfmpeg(bench.toolbox, bench.run('bomb', { maxSeconds: 2 }), decode).catch(({ code }) => code)
  const other = runFfmpeg(bench.toolbox, bench.run('clip.mp4'), make).then(({ frames }) => frames)
  expect(await Promise.race([bomb, other])).toBe(48)
  expect(await bomb).toBe('resource_limit')
})

test('a run on a disk that has no room left for others is killed', async () => {
  const toolbox = { ...bench.toolbox, leastFreeMb: 1e9 }
  await expect(runFfmpeg(toolbox, bench.run('clip.mp4'), endless)).rejects.toMatchObject({ code: 'storage_full' })
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
  expect(names.filter((name) => name !== 'PWD').sort()).toEqual(['AV_LOG_FORCE_NOCOLOR', 'LANG', 'PATH'])
})

test.for(['canDieWithParent', 'canHideFiles'] as const)(
  'with %s a tool and what it started die with the process that started it, however that one dies',
  async (fence, { skip }) => {
    if (!bench.toolbox.fences[fence]) skip(`${fence} does not hold on this machine`)
    const toolbox = { ...bench.toolbox, fences: { ...noFences, [fence]: true } }
    const seconds = String(1e6 + Math.floor(Math.random() * 1e6))
    const words = ['sh', '-c', `echo started; exec sleep ${seconds}`]
    const module = new URL('./run-guarded.ts', import.meta.url).href
    const code = `import { runGuarded } from '${module}'
    await runGuarded(${JSON.stringify(toolbox)}, ${JSON.stringify(bench.run())}, ${JSON.stringify(words)}, (text) => process.stdout.write(text))`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise((resolve) => parent.stdout.once('data', resolve))
    await until(
      () => atWork(seconds),
      (count) => count === 1,
      5_000,
    )
    parent.kill('SIGKILL')
    await until(
      () => atWork(seconds),
      (count) => count === 0,
      5_000,
    )
  },
)

test('what a tool started and let go of ends with it when it is aborted', async ({ skip }) => {
  if (!bench.toolbox.fences.canHideFiles) skip('bubblewrap does not work on this machine')
  const seconds = String(2e6 + Math.floor(Math.random() * 1e6))
  const words = ['sh', '-c', `setsid sleep ${seconds} & echo started; wait`]
  const abort = new AbortController()
  const run = bench.run('in', { signal: abort.signal })
  let startedCount = 0
  const ended = runGuarded(bench.toolbox, run, words, async () => {
    startedCount = await until(
      () => atWork(seconds),
      (count) => count > 0,
      5_000,
    )
    abort.abort()
  })
  expect(await ended).toMatchObject({ killedBy: 'SIGKILL', isOutOfTime: false })
  expect(startedCount).toBe(1)
  await until(
    () => atWork(seconds),
    (count) => count === 0,
    5_000,
  )
})

/** How many processes sleep so long; one that ended may wait as a zombie for whoever inherits it, without its words. */
async function atWork(seconds: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return lines.filter((line) => line === `sleep\0${seconds}\0`).length
}
