import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newPlayId } from '#contract/ids.ts'
import { type DeliveryJournal, openJournal } from './delivery-journal.ts'
import type { Sent } from './journal-lines.ts'
import { everyPart } from './parts-of-span.ts'

let folder: string
let journal: DeliveryJournal
let faults: unknown[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'))
  faults = []
  await open()
})
afterEach(async () => {
  await journal.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(sizes: { mostPlays?: number; mostKnown?: number } = {}): Promise<void> {
  journal = await openJournal({ folder, ...sizes, onFault: (error) => faults.push(error) })
}

/** Without a last word: what a killed process leaves is what lies in its files. */
async function killAndOpen(sizes?: { mostPlays?: number; mostKnown?: number }): Promise<void> {
  await rm(join(folder, 'owner'))
  await open(sizes)
}

/** A play that opened after the folder was made; of older ones nobody knows what they got. */
function play(what: { openedAtMs?: number } = {}) {
  return { videoId: 'bcdfghjkmnpq', playId: newPlayId(), openedAtMs: Date.now() + 60_000, ...what }
}

describe('the journal of deliveries', () => {
  test('adds up what was sent to a play', () => {
    const one = play()
    journal.add({ ...one, parts: 0b011n })
    journal.add({ ...one, parts: 0b110n })
    expect(journal.take()).toEqual([{ ...one, parts: 0b111n }])
  })

  test('has after the end of its process what was not told, and nothing of what was', async () => {
    const [told, untold] = [play(), play()]
    journal.add({ ...told, parts: 1n })
    journal.take()
    journal.add({ ...untold, parts: 1n << 99n })
    journal.settle()
    await killAndOpen()
    expect(journal.take()).toEqual([{ ...untold, parts: 1n << 99n }])
    journal.settle()
    await killAndOpen()
    expect(journal.take()).toEqual([])
  })

  test('has what was taken and given back, or taken when the process ended', async () => {
    const one = play()
    journal.add({ ...one, parts: 0b01n })
    journal.take()
    journal.add({ ...one, parts: 0b10n })
    await killAndOpen()
    expect(journal.take()).toEqual([{ ...one, parts: 0b11n }])
    journal.giveBack()
    expect(journal.take()).toEqual([{ ...one, parts: 0b11n }])
  })

  test('skips a line that was torn, and keeps the others', async () => {
    const one = play()
    journal.add({ ...one, parts: 5n })
    const name = (await readdir(folder)).find((file) => file.endsWith('.journal'))!
    await appendFile(join(folder, name), 'bcdfghjkmnpq 00000000000000aa 17')
    await killAndOpen()
    expect(journal.take()).toEqual([{ ...one, parts: 5n }])
  })

  test('writes a part once, and gathers its files while the collector is away', async () => {
    const one = play()
    for (let round = 0; round < 40; round++) {
      journal.add({ ...one, parts: 1n << BigInt(round) })
      journal.add({ ...one, parts: 1n })
      journal.take()
      journal.giveBack()
    }
    expect((await readdir(folder)).filter((file) => file.endsWith('.journal')).length).toBeLessThan(12)
    await killAndOpen()
    expect(journal.take()).toEqual([{ ...one, parts: (1n << 40n) - 1n }])
  })
})

describe('a play of which something may be missing', () => {
  test('is said to have got everything, where it began before the folder', () => {
    const one = play({ openedAtMs: Date.now() - 1_000 })
    journal.add({ ...one, parts: 2n })
    expect(journal.take()).toEqual([{ ...one, parts: everyPart }])
  })

  test('keeps what is known of it where the folder is older', async () => {
    const openedAtMs = Date.now() + 1
    await until(() => Date.now() > openedAtMs)
    await killAndOpen()
    const one = play({ openedAtMs })
    journal.add({ ...one, parts: 2n })
    expect(journal.take()).toEqual([{ ...one, parts: 2n }])
  })

  test('is said to have got everything, where the machine ended meanwhile', async () => {
    const one = play({ openedAtMs: Date.now() + 1 })
    await writeFile(join(folder, 'whole-since'), `${Date.now() - 100_000} another-boot`)
    await until(() => Date.now() > one.openedAtMs)
    await killAndOpen()
    journal.add({ ...one, parts: 2n })
    expect(journal.take()).toEqual([{ ...one, parts: everyPart }])
  })

  test('is said to have got everything, once it is admitted to a journal that was full', async () => {
    await killAndOpen({ mostPlays: 2 })
    const [one, two, three] = [play(), play(), play({ openedAtMs: Date.now() + 1_000 })]
    for (const some of [one!, two!, three!]) journal.add({ ...some, parts: 1n })
    expect(journal.take()).toHaveLength(2)
    journal.settle()
    journal.add({ ...three!, parts: 2n })
    expect(journal.take()).toEqual([{ ...three, parts: everyPart }])
  })
})

describe('a play of which something was told', () => {
  test('is told whole, also where it ends while the journal is full', async () => {
    await killAndOpen({ mostPlays: 1 })
    const [one, other, late] = [play(), play(), play()]
    journal.add({ ...one, parts: 1n })
    journal.take()
    journal.settle()
    journal.add({ ...other, parts: 1n })
    journal.add({ ...late, parts: 1n })
    journal.add({ ...one, parts: 0b111110n })
    expect(journal.take()).toEqual([
      { ...other, parts: 1n },
      { ...one, parts: 0b111110n },
    ])
  })

  test('is said to have got everything, where more came after a gap', async () => {
    await killAndOpen({ mostPlays: 1, mostKnown: 1 })
    const openedAtMs = Date.now()
    const [one, two, three] = [play({ openedAtMs }), play({ openedAtMs }), play({ openedAtMs })]
    journal.add({ ...one, parts: 1n })
    journal.take()
    journal.settle()
    for (const some of [two, three, one]) journal.add({ ...some, parts: 2n })
    journal.take()
    journal.settle()
    journal.add({ ...one, parts: 4n })
    expect(journal.take()).toEqual([{ ...one, parts: everyPart }])
  })

  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ play: fc.nat(4), part: fc.nat(99) }) },
    fc.constantFrom('take' as const, 'settle' as const, 'give back' as const, 'kill' as const),
  )
  const course = { mostKnown: fc.integer({ min: 1, max: 4 }), steps: fc.array(step, { maxLength: 60 }) }

  test('is told whole in the end, whatever overflows, is given back or ends between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(course), async ({ mostKnown, steps }) => {
        // No more than these ever wait for want of being known, so that nothing told is lost.
        const sizes = { mostPlays: 5 - mostKnown, mostKnown }
        await journal.close()
        await rm(folder, { recursive: true })
        folder = await mkdtemp(join(tmpdir(), 'journal-'))
        await open(sizes)
        const plays = new Map<number, ReturnType<typeof play>>()
        const [added, told] = [new Map<string, bigint>(), new Map<string, bigint>()]
        let taken: Sent[] | null = null
        const settle = () => {
          for (const { playId, parts } of taken ?? []) note(told, playId, parts)
          if (taken) journal.settle()
          taken = null
        }
        for (const step of [...steps, 'settle', 'take', 'settle'] as const) {
          if (step === 'take') taken ??= journal.take()
          else if (step === 'settle') settle()
          else if (step === 'give back') {
            if (taken) journal.giveBack()
            taken = null
          } else if (step === 'kill') {
            await killAndOpen(sizes)
            taken = null
          } else {
            if (!plays.has(step.play)) plays.set(step.play, play({ openedAtMs: Date.now() }))
            const one = plays.get(step.play)!
            note(added, one.playId, 1n << BigInt(step.part))
            journal.add({ ...one, parts: 1n << BigInt(step.part) })
          }
        }
        for (const [playId, parts] of told) expect((added.get(playId) ?? 0n) & ~parts).toBe(0n)
      }),
      { numRuns: 100 },
    )
  })
})

function note(all: Map<string, bigint>, playId: string, parts: bigint): void {
  all.set(playId, (all.get(playId) ?? 0n) | parts)
}

test('a folder has one owner', async () => {
  await expect(open()).rejects.toThrow(/belongs to the running process/)
})

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve))
}
