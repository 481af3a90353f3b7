import { readFile, stat } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { type Check, expectThat, type Finding, ok } from './finding.ts'

export const checkMachine: Check = {
  title: 'This machine',
  look: async () => [node(), memory(), await openFiles(), await clock()],
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  return expectThat(
    major >= 24,
    'Node',
    process.versions.node,
    'fail',
    'Our programs need Node 24. It comes with the packages: delete node_modules and run npm start.',
  )
}

const leastMemoryGb = 1.5

function memory(): Finding {
  const gigabytes = totalmem() / 1024 ** 3
  return expectThat(
    gigabytes >= leastMemoryGb,
    'Processors and memory',
    `${availableParallelism()} cores, ${gigabytes.toFixed(1)} GB`,
    'warn',
    'Databases and a transcoder side by side want 2 GB; with less, the system may end one of them.',
  )
}

/** Every viewer, every segment and every connection of a database is an open file. */
async function openFiles(): Promise<Finding> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const [, , hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(limits) ?? []
  if (!hard) return { mark: 'skip', name: 'Open files', found: 'not told by this system', advice: 'Nothing to do.' }
  return expectThat(
    hard === 'unlimited' || Number(hard) >= 4_096,
    'Open files',
    `up to ${hard}`,
    'warn',
    'With many viewers at once, requests will be refused. Raise the limit: ulimit -Hn 65536, or LimitNOFILE=65536 in systemd.',
  )
}

async function clock(): Promise<Finding> {
  const made = await stat(new URL('../../package.json', import.meta.url))
  const now = new Date()
  if (now.getTime() > made.mtimeMs - 24 * 60 * 60_000)
    return ok('Clock', now.toISOString().slice(0, 16).replace('T', ' '))
  const found = `${now.toISOString()}, which is before this software was installed`
  const advice = 'Signed links would not work and views be counted on wrong days. Turn on time synchronisation (NTP).'
  return { mark: 'fail', name: 'Clock', found, advice }
}
