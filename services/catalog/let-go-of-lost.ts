import type { Pool, PoolClient } from 'pg'

/**
 * Lets a pool get over connections that are lost: one that breaks while it is in somebody's hands is only told (its next
 * question fails), and one that did not answer in time is ended, since it would be handed out again and never answer anybody.
 */
export function letGoOfLost(pool: Pool, onError: (error: unknown) => void): void {
  // Of those that nobody holds.
  pool.on('error', onError)
  pool.on('connect', (client) => {
    // Without a listener it would end the process.
    client.on('error', onError)
    endOnSilence(client)
  })
}

type Ending = PoolClient & { end(): Promise<void> }

function endOnSilence(client: PoolClient): void {
  const ask = client.query as (...words: unknown[]) => unknown
  const asked = (...words: unknown[]) => {
    const answer = ask.apply(client, words)
    if (answer instanceof Promise)
      answer.catch((error: Error) => {
        if (error.message === 'Query read timeout') (client as Ending).end().catch(() => {})
      })
    return answer
  }
  client.query = asked as typeof client.query
}
