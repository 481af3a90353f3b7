import type { Logger, LoggerOptions } from 'pino'
import { type Loss, Outage } from './outage.ts'

export type LossOf = (error: unknown) => Loss | undefined

const debugLevel = 20

/** For pino: lines whose error tells that a neighbour is lost become one when an outage begins, and one when it ends. */
export function tellOutagesOnce(lossOf: LossOf): NonNullable<LoggerOptions['hooks']> {
  const outages = new Map<string, Outage>()
  return {
    logMethod(this: Logger, words, method, level) {
      const error = errorOf(words[0])
      const loss = level > debugLevel ? lossOf(error) : undefined
      if (!loss) return method.apply(this, words)
      const outage = outages.get(loss.neighbour) ?? new Outage()
      outages.set(loss.neighbour, outage)
      outage.hear(loss, {
        error,
        write: (...other: unknown[]) => method.apply(this, other.length > 0 ? (other as typeof words) : words),
        lower: () => this.debug(...words),
      })
    },
  }
}

function errorOf(about: unknown): unknown {
  return about instanceof Error ? about : (about as { err?: unknown } | null)?.err
}
