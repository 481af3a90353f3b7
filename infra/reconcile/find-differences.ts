import { text } from 'node:stream/consumers'
import type { Kysely } from 'kysely'
import { openStatuses } from '#catalog/attempts.ts'
import type { Database } from '#catalog/schema.ts'
import type { ObjectInfo, Storage } from '#storage/storage.ts'
import { namesIn } from '../../workers/transcoder/media/hls/names-in.ts'
import { type Named, namedObjects, prefixesUnderWay } from './named-objects.ts'

export interface Differences {
  /** Objects that no row needs. */
  strays: ObjectInfo[]
  /** How many more there are that may still be on their way: a row comes after its bytes. */
  youngStrays: number
  /** What rows say is there and is not, with the keys that are missing. */
  missing: (Named & { keys: string[] })[]
}

export interface Stores {
  database: Kysely<Database>
  storage: Storage
}

/**
 * Holds the rows against the storage, as after one of them was restored from an older copy. Changes nothing.
 * Reads the playlists of every video; what was stored after `youngerThan` is not called a stray yet.
 */
export async function findDifferences({ database, storage }: Stores, youngerThan: Date): Promise<Differences> {
  // In this order: what came while this looks is young, not missing.
  const named = await namedObjects(database)
  const underWay = new Set(await prefixesUnderWay(database))
  const growing = await growingPrefixes(database)
  const present = await listAll(storage)

  const known = new Set<string>()
  const missing: Differences['missing'] = []
  for (const one of named) {
    const needed = await neededBy(one, storage, present)
    for (const key of needed.known) known.add(key)
    const keys = needed.keys.filter((key) => !present.objects.get(key)?.sizeBytes)
    if (keys.length > 0) missing.push({ ...one, keys })
  }
  // Segments of a version that still grows are stored before they are named.
  const isKnown = (key: string) => known.has(key) || isUnderAny(key, growing)
  const shown = new Set(named.filter(({ what }) => what === 'version').map(({ key }) => key))
  // A sweep of all that an attempt made leaves alone what is shown, so there it excuses nothing.
  const isExcused = (key: string) => !isUnderAny(key, shown) && isUnderAny(key, underWay)
  const unknown = [...present.objects.values()].filter(({ key }) => !isKnown(key) && !isExcused(key))
  const strays = unknown.filter(({ modifiedAtMs }) => modifiedAtMs <= youngerThan.getTime())
  return { strays, youngStrays: unknown.length - strays.length, missing }
}

async function growingPrefixes(database: Kysely<Database>): Promise<Set<string>> {
  const rows = await database
    .selectFrom('video')
    .select('published_prefix')
    .where('status', 'in', openStatuses)
    .where('published_prefix', 'is not', null)
    .execute()
  const smaller = await database.selectFrom('smaller').select('prefix').where('outcome', 'is', null).execute()
  return new Set([...rows.map((row) => row.published_prefix!), ...smaller.map(({ prefix }) => prefix)])
}

interface Present {
  objects: Map<string, ObjectInfo>
  /** Keys by the folder of the video that they belong to, so that a large store is gone through once. */
  byVideo: Map<string, string[]>
}

async function listAll(storage: Storage): Promise<Present> {
  const present: Present = { objects: new Map(), byVideo: new Map() }
  for await (const info of storage.list('')) {
    present.objects.set(info.key, info)
    const folder = folderOf(info.key)
    const keys = present.byVideo.get(folder)
    if (keys) keys.push(info.key)
    else present.byVideo.set(folder, [info.key])
  }
  return present
}

function folderOf(key: string): string {
  return key.split('/', 2).join('/')
}

/** The keys that must be there, and all that there is a reason for. */
async function neededBy(one: Named, storage: Storage, present: Present): Promise<{ keys: string[]; known: string[] }> {
  if (one.what === 'version') return neededByVersion(one.key, storage, present)
  if (!one.isPrefix) return { keys: [one.key], known: [one.key] }
  const below = keysUnder(one.key, present)
  return { keys: below.length > 0 ? [] : [one.key], known: below }
}

/** Everything that a player finds from the master playlist on. Renditions that it does not name are known all the same. */
async function neededByVersion(prefix: string, storage: Storage, present: Present) {
  const master = `${prefix}/master.m3u8`
  const keys = new Set([master])
  const known = new Set([master])
  const named = present.objects.has(master) ? await readNames(storage, master) : []
  const playlists = keysUnder(prefix, present).filter((key) => key.endsWith('.m3u8') && key !== master)
  for (const playlist of new Set([...named, ...playlists])) {
    const own = present.objects.has(playlist) ? [playlist, ...(await readNames(storage, playlist))] : [playlist]
    for (const key of own) {
      known.add(key)
      if (named.includes(playlist)) keys.add(key)
    }
  }
  return { keys: [...keys], known: [...known] }
}

async function readNames(storage: Storage, playlist: string): Promise<string[]> {
  return namesIn(await text((await storage.get(playlist)).body), playlist)
}

function keysUnder(prefix: string, present: Present): string[] {
  return (present.byVideo.get(folderOf(prefix)) ?? []).filter((key) => key.startsWith(`${prefix}/`))
}

/** Whether the key, or a folder that it is in, is among them. */
function isUnderAny(key: string, prefixes: ReadonlySet<string>): boolean {
  for (let at = key.length; at > 0; at = key.lastIndexOf('/', at - 1)) if (prefixes.has(key.slice(0, at))) return true
  return false
}
