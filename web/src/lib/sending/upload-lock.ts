import { ApiError } from '../api/write.ts'

// A page that was just closed, or a request that was just stopped, lets go within moments.
const patienceMs = 1_000

const prefix = 'upload '

/** What this tab is at, by fingerprint: its own work on a file is waited for. */
const underWay = new Map<string, Promise<unknown>>()

/**
 * Does the work while nobody else in this browser is at the upload of that fingerprint: two tabs would take each other's
 * line away again and again. Throws `sent_elsewhere` where another tab is at it.
 */
export function holdUpload<Done>(fingerprint: string, work: () => Promise<Done>): Promise<Done> {
  const former = underWay.get(fingerprint) ?? Promise.resolve()
  const mine = former.catch(() => {}).then(() => lock(fingerprint, work))
  underWay.set(fingerprint, mine)
  const leave = () => {
    if (underWay.get(fingerprint) === mine) underWay.delete(fingerprint)
  }
  mine.then(leave, leave)
  return mine
}

/** The fingerprints of all that tabs of this browser are sending; of this one alone where the browser has no locks. */
export async function heldUploads(): Promise<Set<string>> {
  const { held = [] } = (await manager()?.query()) ?? {}
  const names = held.map(({ name }) => name ?? '').filter((name) => name.startsWith(prefix))
  return new Set([...underWay.keys(), ...names.map((name) => name.slice(prefix.length))])
}

async function lock<Done>(fingerprint: string, work: () => Promise<Done>): Promise<Done> {
  const locks = manager()
  if (!locks) return work()
  let isMine = false
  try {
    return await locks.request(prefix + fingerprint, { signal: AbortSignal.timeout(patienceMs) }, () => {
      isMine = true
      return work()
    })
  } catch (error) {
    throw isMine ? error : new ApiError('sent_elsewhere', '')
  }
}

/** Types promise it everywhere; browsers have it in secure pages only. */
function manager(): LockManager | undefined {
  return navigator.locks
}
