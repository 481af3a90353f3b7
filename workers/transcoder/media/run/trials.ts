import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { FfmpegError } from './ffmpeg-failure.ts'
import { inputGuards } from './input-guards.ts'
import { runFfprobe } from './run-ffmpeg.ts'
import { runGuarded, type Toolbox } from './run-guarded.ts'

/** A folder for trying what the fences hold; what is made in it is gone afterwards. */
export async function inTrialFolder<Result>(
  parent: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'trial-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs words behind the fences; code null stands for "could not be started". */
export async function attempt(
  toolbox: Toolbox,
  folder: string,
  words: string[],
  maxSeconds = 30,
): Promise<{ code: number | null; text: string; isOutOfTime: boolean }> {
  let text = ''
  try {
    const end = await runGuarded(toolbox, { folder, maxSeconds }, words, (piece) => {
      text += piece
    })
    return { code: end.code, text, isOutOfTime: end.isOutOfTime }
  } catch {
    return { code: null, text, isOutOfTime: false }
  }
}

/** A program that asks for more memory than it may have must not get it; `tail` keeps a line until it ends. */
export async function staysWithinMemory(toolbox: Toolbox, folder: string): Promise<boolean> {
  const hog = (megabytes: number) => ['sh', '-c', `head -c ${megabytes}000000 /dev/zero | tail -n 1 > /dev/null`]
  const limited = { ...toolbox, maxMemoryMb: 100 }
  const [modest, greedy] = await Promise.all([attempt(limited, folder, hog(1)), attempt(limited, folder, hog(200))])
  return modest.code === 0 && greedy.code !== 0
}

/** A file that grows beyond the limit must stop at it. */
export async function staysWithinFileSize(toolbox: Toolbox, folder: string): Promise<boolean> {
  const end = await attempt({ ...toolbox, maxFileMb: 1 }, folder, ['sh', '-c', 'head -c 3000000 /dev/zero > large'])
  const size = await stat(join(folder, 'large')).then(
    (stats) => stats.size,
    () => 0,
  )
  await rm(join(folder, 'large'), { force: true })
  return end.code !== 0 && size > 0 && size <= 1024 * 1024
}

/** A program that starts many others must not get them all. */
export async function staysWithinProcesses(toolbox: Toolbox, folder: string): Promise<boolean> {
  const several = (count: number) => ['sh', '-c', `${'sleep 0.3 & '.repeat(count)} wait`]
  const limited = { ...toolbox, maxProcesses: 16 }
  const [modest, greedy] = await Promise.all([
    attempt(limited, folder, several(2)),
    attempt(limited, folder, several(24)),
  ])
  return modest.code === 0 && greedy.code !== 0
}

/** ffmpeg's own tools, told to use the network, must not reach even this machine. */
export async function reachesNoNetwork(toolbox: Toolbox, folder: string): Promise<boolean> {
  return isQuiet(async (url) => {
    await attempt(toolbox, folder, ['ffprobe', '-v', 'error', url], 10)
  })
}

/** A file beside the job's folder must not be seen, one inside be read, and the programs' folders not be written. */
export async function seesOnlyItsFolder(toolbox: Toolbox, folder: string): Promise<boolean> {
  const inside = join(folder, 'job')
  await mkdir(inside)
  await writeFile(join(folder, 'secret'), 'secret')
  await writeFile(join(inside, 'own'), 'own')
  const script = `cat own && ! cat ../secret && ! cat '${join(folder, 'secret')}' && ! touch /usr/bin/trial && touch made`
  const { code, text } = await attempt(toolbox, inside, ['sh', '-c', script])
  return code === 0 && text === 'own'
}

/** Files that only name others, and call themselves a video. */
const pointers: Record<string, string> = {
  'a playlist': '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.ts\n#EXT-X-ENDLIST\n',
  'a concat script': "ffconcat version 1.0\nfile 'other.mp4'\n",
  'a DASH manifest':
    '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>other.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
}

/**
 * Which of the files that point to others ffprobe would open; none, where the list of formats is obeyed. Rejects where
 * ffprobe fails in another way.
 */
export async function openedPointers(toolbox: Toolbox, folder: string): Promise<string[]> {
  const opened = await Promise.all(
    Object.entries(pointers).map(async ([name, content], index) => {
      const source = `pointer-${index}`
      await writeFile(join(folder, source), content)
      try {
        await runFfprobe(toolbox, { folder, source, maxSeconds: 30 }, ['-show_format'])
      } catch (error) {
        if (error instanceof FfmpegError && error.stderr.includes('not on whitelist')) return []
        if (!(error instanceof FfmpegError) || !/No such file|Impossible to open|Error when loading/.test(error.stderr))
          throw error
      }
      return [name]
    }),
  )
  return opened.flat()
}

/** Even where a network is, ffprobe must not use it with the options that every input gets. */
export async function refusesAddresses(toolbox: Toolbox, folder: string): Promise<boolean> {
  const connected = { ...toolbox, fences: { ...toolbox.fences, canUnshare: false, canHideFiles: false } }
  return isQuiet(async (url) => {
    await attempt(connected, folder, ['ffprobe', '-v', 'error', ...inputGuards, url], 10)
  })
}

/** Whether nobody calls a listener on this machine meanwhile. */
async function isQuiet(work: (url: string) => Promise<void>): Promise<boolean> {
  let calls = 0
  const listener = createServer((socket) => {
    calls++
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  try {
    await work(`http://127.0.0.1:${(listener.address() as { port: number }).port}/`)
  } finally {
    await new Promise((resolve) => listener.close(resolve))
  }
  return calls === 0
}
