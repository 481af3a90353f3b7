import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StartError } from '../../services/program/read-config.ts'
import { systemConfig } from '../config.ts'
import { nearestFolder } from './check-data-folder.ts'
import { chooseChecks, chooseWorkerChecks } from './choose-checks.ts'
import { type Check, type Finding, reasonOf } from './finding.ts'
import { printFindings, summary } from './print-findings.ts'

/**
 * `npm run doctor [-- --json] [--worker]`: looks at everything that a system needs, or a machine that only makes videos for one,
 * tells what is wrong and how to mend it.
 */
const isJson = process.argv.includes('--json')
const stopping = new AbortController()
// The second Ctrl-C ends it at once, as ever.
process.once('SIGINT', () => stopping.abort())
process.once('SIGTERM', () => stopping.abort())

try {
  process.exitCode = await examine()
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exitCode = 1
}

/** Resolves with the exit code. */
async function examine(): Promise<number> {
  const config = systemConfig()
  const scratch = await makeScratch(config.DATA_DIR)
  const all: { title: string; findings: Finding[] }[] = []
  try {
    const choose = process.argv.includes('--worker') ? chooseWorkerChecks : chooseChecks
    for (const check of await choose(config, scratch, stopping.signal)) {
      if (stopping.signal.aborted) break
      all.push({ title: check.title, findings: await look(check) })
      if (!isJson) tell(all.at(-1)!)
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  if (stopping.signal.aborted) return stopped()
  const findings = all.flatMap((group) => group.findings)
  const isWell = !findings.some(({ mark }) => mark === 'fail')
  console.log(isJson ? JSON.stringify({ isWell, groups: all }, null, 2) : `\n${summary(findings)}`)
  return isWell ? 0 : 1
}

/** On the disk of the data folder, where fences and speed are what they will be; elsewhere if that can't be written. */
async function makeScratch(dataFolder: string): Promise<string> {
  const folder = await nearestFolder(dataFolder)
  return mkdtemp(join(folder, '.doctor-')).catch(() => mkdtemp(join(tmpdir(), 'qqvideo-doctor-')))
}

/** What nobody foresaw is a finding too. */
async function look(check: Check): Promise<Finding[]> {
  try {
    return await check.look()
  } catch (error) {
    return [{ mark: 'fail', name: 'the look itself', found: reasonOf(error), advice: 'Please report this.' }]
  }
}

function tell({ title, findings }: { title: string; findings: Finding[] }): void {
  process.stdout.write(`\n${title}\n${printFindings(findings, process.stdout.isTTY && process.stdout.hasColors())}`)
}

function stopped(): number {
  console.error('\nStopped; what was being tried is cleaned up.')
  return 130
}
