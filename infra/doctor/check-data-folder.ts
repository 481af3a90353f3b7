import { constants } from 'node:fs'
import { access, mkdtemp, open, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Check, expectThat, type Finding, ok, reasonOf } from './finding.ts'

/** The data folder, or the nearest folder above it that is there already. */
export async function nearestFolder(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  return isFolder || dirname(path) === path ? path : nearestFolder(dirname(path))
}

export function checkDataFolder(path: string): Check {
  return {
    title: `Data folder (${path})`,
    async look() {
      const folder = await nearestFolder(path)
      const isWritable = await access(folder, constants.W_OK).then(
        () => true,
        () => false,
      )
      const found = folder === path ? 'can be written' : 'will be made by npm start'
      const advice = `Nothing can be stored. Give this user the right to write in ${folder}, or set DATA_DIR to another folder.`
      const writable = expectThat(isWritable, 'rights', isWritable ? found : 'can’t be written', 'fail', advice)
      return isWritable ? [writable, await room(folder), await names(folder), await speed(folder)] : [writable]
    },
  }
}

async function room(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder)
  const gigabytes = (bavail * bsize) / 1024 ** 3
  return expectThat(
    gigabytes >= 10,
    'room',
    `${gigabytes.toFixed(1)} GB free`,
    gigabytes < 1 ? 'fail' : 'warn',
    'What is made of a video lies here until it is stored, often as much as its original; with a bucket, so does one copy of each original that is being made. Free some space or set DATA_DIR to a larger disk.',
  )
}

async function names(folder: string): Promise<Finding> {
  const { files, ffree } = await statfs(folder)
  // Some file systems count no inodes.
  if (files === 0) return ok('file names', 'no limit')
  const advice = 'A video is thousands of small files. Use a file system with more inodes, or a bucket.'
  return expectThat(ffree > 100_000, 'file names', `${ffree.toLocaleString('en')} left`, 'warn', advice)
}

const tries = 20

/** How long the disk takes to promise that a few bytes will survive a power cut; each view and upload waits for that. */
async function speed(folder: string): Promise<Finding> {
  const scratch = await mkdtemp(join(folder, '.doctor-'))
  try {
    const file = await open(join(scratch, 'sync'), 'w')
    const takenMs: number[] = []
    for (let turn = 0; turn < tries; turn++) {
      const startedAtMs = performance.now()
      await file.write(Buffer.alloc(4_096, turn))
      await file.datasync()
      takenMs.push(performance.now() - startedAtMs)
    }
    await file.close()
    return speedFinding(takenMs.sort((a, b) => a - b)[tries / 2]!)
  } catch (error) {
    const advice = 'Acknowledged data might not survive a power cut. Use a local disk or another file system.'
    return { mark: 'fail', name: 'speed of syncing', found: reasonOf(error), advice }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

export function speedFinding(medianMs: number): Finding {
  const words =
    medianMs < 2 ? 'fast' : medianMs < 10 ? 'good' : medianMs < 40 ? 'slow, as spinning disks are' : 'very slow'
  return expectThat(
    medianMs < 40,
    'speed of syncing',
    `${words} (${medianMs.toFixed(1)} ms)`,
    'warn',
    'Every view and every piece of an upload waits that long. Put DATA_DIR on a local disk, best an SSD; network folders are slow.',
  )
}
