import { randomUUID } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { Database } from '#catalog/schema.ts'
import type { WebhookEvent } from '#contract/alerts.ts'
import type { Context } from '../context.ts'
import type { FoundSite } from './find-new-sites.ts'
import { type Alert, limitAlerts, type ToldLately } from './limit-alerts.ts'

/**
 * Stores new sites together with everything that follows from them: a kill leaves all of it or nothing. Sites that are
 * known already follow from an earlier run and are passed over. All become known; of very many only some are told.
 */
export async function recordNewSites({ catalog, config }: Context, found: FoundSite[]): Promise<void> {
  if (found.length === 0) return
  await catalog.database.transaction().execute(async (transaction) => {
    const videos = await lockVideos(transaction, [...new Set(found.map(({ videoId }) => videoId))])
    const fresh = await storeAsKnown(
      transaction,
      found.filter(({ videoId }) => videos.has(videoId)),
    )
    if (fresh.length === 0) return
    const alerts = limitAlerts(fresh, await readToldLately(transaction, [...videos.keys()]))
    if (alerts.length === 0) return
    await transaction
      .insertInto('notification')
      .values(
        alerts.map(({ kind, videoId, site, page, grade }) => {
          const { owner_id, mail } = videos.get(videoId)!
          // A mail names but the first sites and leads to the list of all.
          const wants_mail = Boolean(config.SMTP_URL) && mail === true && kind === 'new-site'
          return { user_id: owner_id, kind, video_id: videoId, site, page, grade, wants_mail }
        }),
      )
      .execute()
    const webhooks = alerts.flatMap((each) => {
      const video = videos.get(each.videoId)!
      return video.webhook_url ? [delivery(video, each, config.PUBLIC_URL)] : []
    })
    if (webhooks.length > 0) await transaction.insertInto('webhook_delivery').values(webhooks).execute()
  })
}

type OwnedVideo = Awaited<ReturnType<typeof lockVideos>> extends Map<string, infer Video> ? Video : never

/** Videos that still exist, with how their owners want to hear of them; none can be deleted before we are done. */
async function lockVideos(transaction: Transaction<Database>, videoIds: string[]) {
  const rows = await transaction
    .selectFrom('video')
    .leftJoin('alert_settings', 'alert_settings.user_id', 'video.owner_id')
    .select(['video.id', 'video.title', 'video.owner_id', 'alert_settings.mail', 'alert_settings.webhook_url'])
    .where('video.id', 'in', videoIds)
    .forKeyShare('video')
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** By video. Whoever else stores new sites waits until we are done, or both would tell as many as one may. */
async function readToldLately(
  transaction: Transaction<Database>,
  videoIds: string[],
): Promise<Map<string, ToldLately>> {
  await sql`SELECT pg_advisory_xact_lock(hashtext('record new sites'))`.execute(transaction)
  const { rows } = await sql<ToldLately & { videoId: string }>`
    SELECT
      video_id AS "videoId",
      count(*) FILTER (WHERE kind = 'new-site')::int AS sites,
      bool_or(kind = 'more-sites') AS "isMoreTold"
    FROM notification
    WHERE video_id = ANY(${videoIds}::text[]) AND created_at > now() - INTERVAL '1 day'
    GROUP BY video_id`.execute(transaction)
  return new Map(rows.map((row) => [row.videoId, row]))
}

/** Those that were not known, in the order given. */
async function storeAsKnown(transaction: Transaction<Database>, found: FoundSite[]): Promise<FoundSite[]> {
  if (found.length === 0) return []
  const stored = await transaction
    .insertInto('known_site')
    .values(found.map(({ videoId, site }) => ({ video_id: videoId, site })))
    .onConflict((conflict) => conflict.doNothing())
    .returning(['video_id', 'site'])
    .execute()
  const fresh = new Set(stored.map(({ video_id, site }) => `${video_id} ${site}`))
  return found.filter(({ videoId, site }) => fresh.has(`${videoId} ${site}`))
}

function delivery(video: OwnedVideo, { kind, videoId, site, page, grade }: Alert, publicUrl: string) {
  const event: WebhookEvent = {
    id: randomUUID(),
    type: kind,
    atMs: Date.now(),
    video: { id: videoId, title: video.title, url: new URL(`/watch/${videoId}`, publicUrl).href },
    site,
    page,
    grade,
  }
  return { id: event.id, user_id: video.owner_id, body: JSON.stringify(event) }
}
