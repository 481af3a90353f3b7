import { LRUCache } from 'lru-cache'
import { ownFolder } from '../../program/own-folder.ts'
import { JournalFiles } from './journal-files.ts'
import type { Sent } from './journal-lines.ts'
import { everyPart } from './parts-of-span.ts'
import { WholeSince } from './whole-since.ts'

export interface DeliveryJournal {
  /** Call it before the bytes go out: once it returns, no end of this process loses the delivery. Never throws. */
  add(sent: Sent): void
  /** Everything that is not told yet; call `settle` or `giveBack` before the next. */
  take(): Sent[]
  /** What was taken is told and kept by others. */
  settle(): void
  giveBack(): void
  readonly untoldPlays: number
  close(): Promise<void>
}

export interface JournalOptions {
  folder: string
  /** How many plays may wait to be told; about 80 bytes on disk and 300 in memory each. */
  mostPlays?: number
  /** Of how many plays it is remembered what was written down; as many more may wait where something of them was told before. */
  mostKnown?: number
  /** Told once per outage. */
  onFault(error: unknown): void
}

/** Throws a StartError where another process uses the folder. */
export async function openJournal(options: JournalOptions): Promise<DeliveryJournal> {
  const { folder, mostPlays = 50_000, mostKnown = 20_000, onFault } = options
  const owned = await ownFolder(folder)
  const files = new JournalFiles(folder)
  const wholeSince = new WholeSince(folder)
  let untold = new Map<string, Sent>()
  let taken = new Map<string, Sent>()
  /** Parts that are written down already, told or not: most segments of a play bring nothing new. */
  const known = new LRUCache<string, Sent>({ max: mostKnown, dispose: forget })
  /** A play that opened later and isn't known is a new one: nothing of it was told. */
  let forgottenMs = Date.now()
  let isFaulty = false
  let isCompacted = false
  for (const sent of files.read()) join(untold, sent)
  if (untold.size > 0) files.replace(untold.values())

  function add(sent: Sent): void {
    const id = idOf(sent)
    const before = known.get(id) ?? untold.get(id)
    if (before && (before.parts | sent.parts) === before.parts) return
    const mayBeTold = before !== undefined || sent.openedAtMs <= forgottenMs
    if (!untold.has(id) && !hasRoom(mayBeTold)) {
      wholeSince.lost()
      return
    }
    // Of a play from before a gap nobody knows what it got: told by halves it would look like a forger's.
    const parts = sent.openedAtMs <= wholeSince.atMs ? everyPart : sent.parts
    const whole = { ...sent, parts }
    known.set(id, { ...sent, parts: (before?.parts ?? 0n) | parts })
    join(untold, whole)
    write(whole)
  }

  /** A full journal leaves out new plays altogether; one that was told by halves may never come again to be mended. */
  function hasRoom(mayBeTold: boolean): boolean {
    return mayBeTold ? untold.size < mostPlays + mostKnown : untold.size + taken.size < mostPlays
  }

  function forget(play: Sent, _id: string, reason: LRUCache.DisposeReason): void {
    if (reason === 'evict') forgottenMs = Math.max(forgottenMs, play.openedAtMs)
  }

  function write(sent: Sent): void {
    try {
      files.append(sent)
      if (files.isScattered) compact()
      isFaulty = false
    } catch (error) {
      // It is still told from memory; only the end of this process would lose it.
      wholeSince.lost()
      if (!isFaulty) onFault(error)
      isFaulty = true
    }
  }

  function compact(): void {
    const all = new Map(taken)
    for (const sent of untold.values()) join(all, sent)
    files.replace(all.values())
    isCompacted = true
  }

  return {
    add,
    get untoldPlays() {
      return untold.size + taken.size
    },
    take() {
      files.rotate()
      isCompacted = false
      taken = untold
      untold = new Map()
      return [...taken.values()]
    },
    settle() {
      taken = new Map()
      // A compaction in between has put later lines into the older files; those go with the next round.
      if (!isCompacted) files.dropOlder()
    },
    giveBack() {
      for (const sent of taken.values()) join(untold, sent)
      taken = new Map()
    },
    async close() {
      files.close()
      await owned.release()
    },
  }
}

function idOf({ videoId, playId }: Sent): string {
  return videoId + playId
}

function join(all: Map<string, Sent>, sent: Sent): void {
  const before = all.get(idOf(sent))
  all.set(idOf(sent), before ? { ...before, parts: before.parts | sent.parts } : sent)
}
