import { randomUUID } from 'node:crypto'
import { basename, dirname, join } from 'node:path'

/** Of our own below the folder that the settings name, which may hold other things as well. */
export function shelfOf({ shelfFolder }: { shelfFolder: string }): string {
  return join(shelfFolder, 'sources')
}

/** The whole copy of a stored file, shared by all workers of the machine. */
export function keptOf(config: { shelfFolder: string }, key: string): string {
  return join(shelfOf(config), `${key.replaceAll('/', '-')}${ending}`)
}

/** Says that somebody is fetching it. */
export function claimOf(kept: string): string {
  return join(dirname(kept), `.claim-${basename(kept)}`)
}

/** What is being fetched, each time under another name: a part and an extra of one process may be at it at once. */
export function fetchingOf(kept: string): string {
  return join(dirname(kept), `.fetching-${randomUUID()}-${basename(kept)}`)
}

const ending = '.source'

/** What a file of the shelf is; null of one that we did not put there. A storage may add `.part` to what it downloads. */
export function kindOfShelved(name: string): 'whole' | 'under_way' | null {
  if (/^\.(claim|fetching)-.+\.source(\.part)?$/.test(name)) return 'under_way'
  return !name.startsWith('.') && name.endsWith(ending) ? 'whole' : null
}
