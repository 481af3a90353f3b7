import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { ApiKeyRow, Database } from '#catalog/schema.ts'
import type { Me } from '#contract/account.ts'
import type { ApiKey, NewApiKey } from '#contract/api-keys.ts'
import { AppError } from '#contract/errors.ts'
import { hashOfKey, newApiKey } from './api-key.ts'

/** More than anybody can tell apart; a script that makes keys without end is a fault. */
const mostKeys = 50

/** The only moment at which the whole key is known to anybody. Throws `bad_request` where there are too many. */
export async function createKey(
  database: Kysely<Database>,
  { ownerId, name }: { ownerId: string; name: string },
): Promise<NewApiKey> {
  const { key, hint } = newApiKey()
  const row = await database.transaction().execute(async (transaction) => {
    // Two at once would each find room for one: whoever makes a key waits for the other.
    await transaction.selectFrom('user').select('id').where('id', '=', ownerId).forNoKeyUpdate().execute()
    if ((await listKeys(transaction, ownerId)).length >= mostKeys)
      throw new AppError('bad_request', `You have ${mostKeys} keys; revoke one that you no longer need.`)
    return transaction
      .insertInto('api_key')
      .values({ id: randomBytes(8).toString('hex'), owner_id: ownerId, name, hint, key_hash: hashOfKey(key) })
      .returningAll()
      .executeTakeFirstOrThrow()
  })
  return { ...presentKey(row), key }
}

/** Newest first. */
export async function listKeys(database: Kysely<Database>, ownerId: string): Promise<ApiKey[]> {
  const rows = await database
    .selectFrom('api_key')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(presentKey)
}

/** False where the owner has no such key. From then on no request with it is answered. */
export async function revokeKey(database: Kysely<Database>, key: { id: string; ownerId: string }): Promise<boolean> {
  const result = await database
    .deleteFrom('api_key')
    .where('id', '=', key.id)
    .where('owner_id', '=', key.ownerId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/**
 * Asked anew for every request, so that a revoked key opens nothing more. An administrator's key reads the videos that
 * are his own: a key that lies in some script should open as little as possible.
 */
export async function findKeyOwner(
  database: Kysely<Database>,
  key: string,
): Promise<{ keyId: string; owner: Me; lastUsedAt: Date | null } | null> {
  const row = await database
    .selectFrom('api_key')
    .innerJoin('user', 'user.id', 'api_key.owner_id')
    .select(['api_key.id as keyId', 'api_key.last_used_at', 'user.id', 'user.name', 'user.email'])
    .where('api_key.key_hash', '=', hashOfKey(key))
    .executeTakeFirst()
  if (!row) return null
  const { keyId, last_used_at, ...person } = row
  return { keyId, owner: { ...person, role: 'member' }, lastUsedAt: last_used_at }
}

const noteEveryMs = 60_000

/** Written once a minute at most, however many requests and programs use the key. */
export async function noteUse(
  database: Kysely<Database>,
  { keyId, lastUsedAt }: { keyId: string; lastUsedAt: Date | null },
): Promise<void> {
  if (lastUsedAt && Date.now() - lastUsedAt.getTime() < noteEveryMs) return
  await database
    .updateTable('api_key')
    .set({ last_used_at: sql`now()` })
    .where('id', '=', keyId)
    .where((where) =>
      where.or([where('last_used_at', 'is', null), where('last_used_at', '<', sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute()
}

function presentKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdAtMs: row.created_at.getTime(),
    lastUsedAtMs: row.last_used_at?.getTime() ?? null,
  }
}
