import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WholeSince } from './whole-since.ts'

const run = promisify(execFile)

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whole-since-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('a start after an orderly end begins where the file says', () => {
  const { atMs } = new WholeSince(folder)
  expect(new WholeSince(folder).atMs).toBe(atMs)
})

test('what is lost while the disk is full is still known to be lost at the next start', async () => {
  const script = `
    import { rmSync, writeFileSync } from 'node:fs'
    import { WholeSince } from '${new URL('./whole-since.ts', import.meta.url).href}'
    const first = new WholeSince('.')
    let fault
    try { writeFileSync('filler', Buffer.alloc(1 << 20)) } catch (error) { fault = error.code }
    while (Date.now() <= first.atMs);
    const lostMs = Date.now()
    first.lost()
    rmSync('filler')
    console.log(JSON.stringify({ fault, isKnown: new WholeSince('.').atMs >= lostMs }))`
  // A disk of its own that really has no room; it is gone with the process.
  const mount = 'mount -t tmpfs -o size=64k tmpfs "$0" && cd "$0" && exec "$@"'
  const node = [process.execPath, '--input-type=module', '-e', script]
  const { stdout } = await run('unshare', ['-rm', 'sh', '-c', mount, folder, ...node])
  expect(JSON.parse(stdout)).toEqual({ fault: 'ENOSPC', isKnown: true })
})
