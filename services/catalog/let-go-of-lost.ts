import type { Pool, PoolClient } from 'pg'
import { noteLoss, notingLoss } from './database-loss.ts'

/**
 * Lets a pool get over connections that are lost: one that breaks while it is in somebody's hands is only told (its next
 * question fails), and one that did not answer in time is ended, since it would be handed out again and never answer anybody.
 * Errors of lost connections are noted as such, so that an outage is told once.
 */
export function letGoOfLost(pool: Pool, databaseUrl: string, onError: (error: unknown) => void): void {
  const tell = (error: unknown) => {
    noteLoss(error, databaseUrl)
    onError(error)
  }
  const connect = pool.connect.bind(pool) as (...words: unknown[]) => unknown
  pool.connect = ((...words: unknown[]) => notingLoss(connect(...words), databaseUrl)) as typeof pool.connect
  // Of those that nobody holds.
  pool.on('error', tell)
  pool.on('connect', (client) => {
    // Without a listener it would end the process.
    client.on('error', tell)
    endOnSilence(client, databaseUrl)
  })
}

type Ending = PoolClient & { end(): Promise<void> }

function endOnSilence(client: PoolClient, databaseUrl: string): void {
  const ask = client.query as (...words: unknown[]) => unknown
  const asked = (...words: unknown[]) => {
    const answer = notingLoss(ask.apply(client, words), databaseUrl)
    if (answer instanceof Promise)
      answer.catch((error: Error) => {
        if (error.message === 'Query read timeout') (client as Ending).end().catch(() => {})
      })
    return answer
  }
  client.query = asked as typeof client.query
}
