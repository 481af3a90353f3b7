import { setTimeout as pause } from 'node:timers/promises'
import { mostDeliveriesPerReport, type PlayDelivery } from '#contract/deliveries.ts'
import { partCount } from '#contract/play-steps.ts'
import type { Logger } from '../../program/logger.ts'
import { type SigningKey, signDeliveryReport } from '../../tokens/signed-token.ts'
import type { DeliveryJournal } from './delivery-journal.ts'
import type { Sent } from './journal-lines.ts'

export interface TellerOptions {
  journal: Pick<DeliveryJournal, 'take' | 'settle' | 'giveBack' | 'untoldPlays'>
  /** Where the collector is reached, without a path. */
  beaconUrl: string
  signingKey: SigningKey
  logger: Logger
  intervalMs?: number
}

export interface Teller {
  /** Tells what waits, once; what can't be told stays in the journal for the next start. */
  stop(): Promise<void>
}

/** Carries deliveries from the journal to the collector, again and again until it has them. */
export function startTelling(options: TellerOptions): Teller {
  const { journal, logger, intervalMs = 1_000 } = options
  const stopping = new AbortController()
  let failures = 0
  const finished = tellUntilStopped()

  async function tellUntilStopped(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(failures === 0 ? intervalMs : backoffMs(failures), null, { signal: stopping.signal }).catch(() => {})
      await tellAll()
    }
  }

  async function tellAll(): Promise<void> {
    if (journal.untoldPlays === 0) return
    const sent = journal.take()
    try {
      for (let at = 0; at < sent.length; at += mostDeliveriesPerReport) {
        await tell(options, sent.slice(at, at + mostDeliveriesPerReport), stopping.signal.aborted)
      }
      journal.settle()
      if (failures > 0) logger.info('the collector takes deliveries again')
      failures = 0
    } catch (error) {
      journal.giveBack()
      if (failures++ === 0) logger.warn({ err: error }, 'deliveries wait for the collector')
    }
  }

  return {
    async stop() {
      stopping.abort()
      await finished
    },
  }
}

async function tell({ beaconUrl, signingKey }: TellerOptions, sent: Sent[], isLast: boolean): Promise<void> {
  const report = { plays: sent.map(playDelivery), expiresAtMs: Date.now() + reportLifetimeMs }
  const answer = await fetch(new URL('/beacon/deliveries', beaconUrl), {
    method: 'POST',
    body: signDeliveryReport(signingKey, report),
    signal: AbortSignal.timeout(isLast ? lastPatienceMs : patienceMs),
  })
  await answer.arrayBuffer()
  if (answer.status !== 204) throw new Error(`The collector answered ${answer.status} to a report of deliveries.`)
}

const reportLifetimeMs = 5 * 60_000
const patienceMs = 10_000
const lastPatienceMs = 1_500

function playDelivery({ parts, ...play }: Sent): PlayDelivery {
  return { ...play, parts: parts.toString(16).padStart(partCount / 4, '0') }
}

function backoffMs(failures: number): number {
  return Math.min(30_000, 500 * 2 ** Math.min(failures, 7)) * (0.75 + Math.random() / 2)
}
