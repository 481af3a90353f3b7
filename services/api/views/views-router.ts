import { type Request, type Response, Router } from 'express'
import { AppError } from '#contract/errors.ts'
import {
  breakdownQuerySchema,
  dimensions,
  type LiveEvent,
  retentionQuerySchema,
  type ViewsDetails,
  type ViewsFilter,
  viewsFilterSchema,
} from '#contract/views.ts'
import type { Context } from '../context.ts'
import type { QueuedPlaces } from '../http/queued-places.ts'
import { streamChanges } from '../http/server-sent-events.ts'
import { shareReads } from '../http/share-reads.ts'
import { titlesFor } from '../page-titles/titles-for.ts'
import { answerQuestions } from './answer-questions.ts'
import type { Chosen } from './ask-plays.ts'
import { askUntil } from './ask-until.ts'
import { readBreakdown } from './breakdown.ts'
import { createChangedDetails } from './changed-details.ts'
import type { By } from './dimension-columns.ts'
import { explainPlay } from './explain-play.ts'
import { sendExport } from './export/send-export.ts'
import { healthQuerySchema, readHealth } from './health.ts'
import { hidesLive, rowsWithoutLive, sortWithoutLive, withoutLive } from './hide-live.ts'
import { createLiveOutage } from './live-outage.ts'
import { narrowFilter } from './narrow-filter.ts'
import { readNotCounted } from './not-counted.ts'
import { readDelayedSince } from './read-delay.ts'
import { readRetention } from './retention.ts'
import { readTimeline } from './timeline.ts'
import { readViewsDetails, type ViewsQuestion } from './views-details.ts'
import type { Asked, FindSubject } from './views-subject.ts'

// Together with the collector's drain this keeps a play on screen within two seconds of its happening.
const liveEveryMs = 750

/** Views Details as JSON and as a stream, about whatever `findSubject` finds and allows; to be mounted at `…/views`. */
export function viewsRouter(
  { catalog, clickhouse, config, logger }: Pick<Context, 'catalog' | 'clickhouse' | 'config' | 'logger'>,
  findSubject: FindSubject,
  places: QueuedPlaces,
): Router {
  const router = Router({ mergeParams: true })
  const tellOutage = createLiveOutage(logger)
  const share = shareReads<ViewsDetails>(liveEveryMs)
  const readChanged = createChangedDetails()
  const answer = answerQuestions({ clickhouse, findSubject, places })

  router.get(
    '/',
    answer(async ({ request, asked, clickhouse }) =>
      mayShow(asked, await readViewsDetails(clickhouse, await questionOf(asked, filterOf(request, asked)))),
    ),
  )

  router.get(
    '/by/:dimension',
    answer(async ({ request, asked, clickhouse }) => {
      const by = requireBy(request, asked)
      const titles = titlesFor(catalog, asked.videoIds, by)
      const wanted = await titles.search(breakdownQuerySchema.parse(request.query))
      const chosen = chosenBy(request, asked)
      const given = { by, wanted, nowMs: Date.now() }
      const read = (sorted: typeof wanted) => readBreakdown(clickhouse, chosen, { ...given, wanted: sorted })
      if (!hidesLive(asked, given.nowMs)) return titles.addToPage(await read(wanted))
      return titles.addToPage(rowsWithoutLive(await read(sortWithoutLive(wanted))))
    }),
  )

  router.get(
    '/retention',
    answer(async ({ request, asked, clickhouse }) => {
      const { sites } = retentionQuerySchema.parse(request.query)
      return readRetention(clickhouse, chosenBy(request, asked), sites)
    }),
  )

  router.get(
    '/timeline',
    answer(async ({ request, asked, clickhouse }) => readTimeline(clickhouse, chosenBy(request, asked), Date.now())),
  )

  router.get(
    '/health',
    answer(async ({ request, asked, clickhouse }) =>
      readHealth(clickhouse, chosenBy(request, asked), healthQuerySchema.parse(request.query)),
    ),
  )

  router.get(
    '/not-counted',
    answer(async ({ request, asked, clickhouse }) => readNotCounted(clickhouse, chosenBy(request, asked))),
  )

  router.get(
    '/plays/:playId',
    answer(async ({ request, asked, clickhouse }) => {
      // One play outside of what is fixed for a guest would tell more than his filter shows.
      if (asked.forced && Object.keys(asked.forced).length > 0) throw new AppError('not_found')
      return explainPlay(clickhouse, asked.videoIds, String(request.params.playId))
    }),
  )

  router.get('/export/:table', sendExport({ catalog, clickhouse }, findSubject))

  router.get('/live', async (request: Request, response: Response) => {
    await streamChanges<LiveEvent>(request, response, {
      // Asked anew each time: who signs out or loses the video sees nothing more of it.
      read: async (left) => ({
        type: 'views',
        details: await sharedDetails(await findSubject(request), request, left),
      }),
      fingerprint: (event) => (event.type === 'views' ? fingerprintOf(event.details) : event.type),
      everyMs: liveEveryMs,
      onFault: tellOutage,
    })
  })

  async function sharedDetails(asked: Asked, request: Request, left: AbortSignal): Promise<ViewsDetails> {
    const filter = filterOf(request, asked)
    const key = JSON.stringify([asked.subject, asked.videoIds, filter])
    // Owners may ask the same, so what a guest may not see is taken out behind the sharing.
    const read = async (allLeft: AbortSignal) =>
      readChanged(askUntil(clickhouse, allLeft), key, await questionOf(asked, filter))
    return mayShow(asked, await share(key, read, left))
  }

  function mayShow(asked: Asked, details: ViewsDetails): ViewsDetails {
    return hidesLive(asked, details.computedAtMs) ? withoutLive(details) : details
  }

  async function questionOf({ subject, videoIds }: Asked, filter: ViewsFilter): Promise<ViewsQuestion> {
    const delayedSinceMs = await readDelayedSince(config.BEACON_URL)
    return { subject, videoIds, filter, nowMs: Date.now(), delayedSinceMs }
  }

  return router
}

function chosenBy(request: Request, asked: Asked): Chosen {
  return { videoIds: asked.videoIds, filter: filterOf(request, asked) }
}

function filterOf(request: Request, { forced }: Asked): ViewsFilter {
  return narrowFilter(viewsFilterSchema.parse(request.query), forced)
}

/** Any dimension; also `video`, where there are several. */
function requireBy(request: Request, { subject }: Asked): By {
  const name = String(request.params.dimension)
  if (name === 'video' && subject.kind !== 'video') return name
  const dimension = dimensions.find((known) => known === name)
  if (!dimension) throw new AppError('not_found', `Ask by one of ${dimensions.join(', ')}.`)
  return dimension
}

/** Everything but the moment of asking: a page on which no number moved is not sent again. */
function fingerprintOf({ computedAtMs: _, ...numbers }: ViewsDetails): string {
  return JSON.stringify(numbers)
}
