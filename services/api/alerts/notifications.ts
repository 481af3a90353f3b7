import type { Kysely } from 'kysely'
import type { Database } from '#catalog/schema.ts'
import type { Notification, NotificationPage, ReadNotifications } from '#contract/alerts.ts'
import { pageSize } from '../http/paging.ts'

/** Newest first. The cursor is the id of the last one shown. */
export async function listNotifications(
  database: Kysely<Database>,
  userId: string,
  cursor: string | null,
): Promise<NotificationPage> {
  const rows = await newestNotifications(database, userId)
    .$if(cursor !== null, (query) => query.where('notification.id', '<', cursor!))
    .limit(pageSize + 1)
    .execute()
  const shown = rows.slice(0, pageSize)
  return {
    items: shown.map(
      ({ created_at, ...notification }): Notification => ({ ...notification, atMs: created_at.getTime() }),
    ),
    unread: await countUnread(database, userId),
    next: rows.length > pageSize ? shown.at(-1)!.id : null,
  }
}

export function newestNotifications(database: Kysely<Database>, userId: string) {
  return database
    .selectFrom('notification')
    .innerJoin('video', 'video.id', 'notification.video_id')
    .select(['notification.id', 'kind', 'video_id as videoId', 'video.title as videoTitle', 'site', 'page', 'grade'])
    .select(['is_read as isRead', 'notification.created_at'])
    .where('notification.user_id', '=', userId)
    .orderBy('notification.id', 'desc')
}

export async function countUnread(database: Kysely<Database>, userId: string): Promise<number> {
  const { unread } = await database
    .selectFrom('notification')
    .select(({ fn }) => fn.countAll<string>().as('unread'))
    .where('user_id', '=', userId)
    .where('is_read', '=', false)
    .executeTakeFirstOrThrow()
  return Number(unread)
}

/** "All up to" names the newest that was shown, so that what came meanwhile stays unread. */
export async function markRead(database: Kysely<Database>, userId: string, which: ReadNotifications): Promise<void> {
  const query = database
    .updateTable('notification')
    .set({ is_read: true })
    .where('user_id', '=', userId)
    .where('is_read', '=', false)
  await ('ids' in which ? query.where('id', 'in', which.ids) : query.where('id', '<=', which.upTo)).execute()
}
