import { createHmac, randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Catalog } from '#catalog/open-catalog.ts'

export interface ViewerHasher {
  /** 16 hex digits that tell one owner's viewers of one day apart and say nothing else. */
  hash(viewer: { address: string; userAgent: string; ownerId: string }): Promise<string>
}

const dayMs = 24 * 60 * 60 * 1000

/** The salt is random, new every day (UTC), and deleted after two days: then nobody can tell any more who a hash was. */
export function createViewerHasher({ database }: Pick<Catalog, 'database'>): ViewerHasher {
  let today: { day: string; salt: Promise<Buffer> } | undefined

  function saltOf(day: string): Promise<Buffer> {
    if (today?.day !== day) {
      const salt = loadSalt(day)
      today = { day, salt }
      salt.catch(() => {
        today = undefined
      })
    }
    return today.salt
  }

  async function loadSalt(day: string): Promise<Buffer> {
    await database
      .insertInto('viewer_salt')
      .values({ day, salt: randomBytes(16) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await database
      .deleteFrom('viewer_salt')
      .where('day', '<', dayOf(Date.now() - 2 * dayMs))
      .execute()
    const row = await database.selectFrom('viewer_salt').select('salt').where('day', '=', day).executeTakeFirstOrThrow()
    return row.salt
  }

  return {
    async hash({ address, userAgent, ownerId }) {
      const salt = await saltOf(dayOf(Date.now()))
      const text = `${ownerId}|${networkOf(address)}|${userAgent.slice(0, 512)}`
      return createHmac('sha256', salt).update(text).digest('hex').slice(0, 16)
    },
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** The address without the part that names one household: /24 of IPv4, /48 of IPv6. */
export function networkOf(address: string): string {
  const v4 = address.match(/^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/i)
  if (v4) return v4[1]!
  if (!isIPv6(address)) return ''
  return expand(address).slice(0, 3).join(':')
}

function expand(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const front = head ? head.split(':') : []
  const back = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length
  return [...front, ...Array<string>(zeros).fill('0'), ...back].map((group) => Number.parseInt(group, 16).toString(16))
}
