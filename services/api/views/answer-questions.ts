import type { ClickHouseClient } from '@clickhouse/client'
import type { Request, RequestHandler } from 'express'
import type { QueuedPlaces } from '../http/queued-places.ts'
import { shareReads } from '../http/share-reads.ts'
import { leftSignal } from '../http/when-over.ts'
import { askUntil } from './ask-until.ts'
import type { Asked, FindSubject } from './views-subject.ts'

export interface Question {
  request: Request
  asked: Asked
  /** Gives up what was asked once nobody waits for it. */
  clickhouse: ClickHouseClient
}

/**
 * Makes handlers that answer with JSON what `read` gives, and ask no more at once than there are places for. Who asks the
 * same twice, before the first is answered, is answered once.
 */
export function answerQuestions({
  clickhouse,
  findSubject,
  places,
}: {
  clickhouse: ClickHouseClient
  findSubject: FindSubject
  places: QueuedPlaces
}): (read: (question: Question) => Promise<unknown>) => RequestHandler {
  const share = shareReads<unknown>(0)

  return (read) => async (request, response) => {
    const left = leftSignal(request, response)
    const asked = await findSubject(request)
    if (left.aborted) return
    const { askerId, subject } = asked
    const key = JSON.stringify([askerId, subject.kind, subject.id, request.url])
    const inPlace = (allLeft: AbortSignal) =>
      places.use(askerId, allLeft, () => read({ request, asked, clickhouse: askUntil(clickhouse, allLeft) }))
    const found = await share(key, inPlace, left).catch((error) => {
      if (!left.aborted) throw error
    })
    if (!left.aborted) response.set('Cache-Control', 'private, no-store').json(found)
  }
}
