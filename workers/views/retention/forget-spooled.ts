import { signForgetOrder } from '../../../services/tokens/signed-token.ts'
import type { Context } from '../context.ts'

/**
 * Has the collector delete what it keeps of these videos beside ClickHouse; whether it still has something that must
 * first reach ClickHouse. Without BEACON_URL, or with further collectors, their copies go a day after they were drained.
 */
export async function forgetSpooled({ config }: Context, videoIds: readonly string[]): Promise<boolean> {
  const [key] = config.SIGNING_KEYS ?? []
  if (!config.BEACON_URL || !key) return false
  const body = signForgetOrder(key, { videoIds: [...videoIds], expiresAtMs: Date.now() + orderLifetimeMs })
  const signal = AbortSignal.timeout(60_000)
  const answer = await fetch(new URL('/beacon/forget', config.BEACON_URL), { method: 'POST', body, signal })
  if (!answer.ok) throw new Error(`The collector would not forget: ${answer.status} ${await answer.text()}`)
  const { waiting } = (await answer.json()) as { waiting: number }
  return waiting > 0
}

const orderLifetimeMs = 60_000
