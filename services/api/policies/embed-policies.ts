import { type Kysely, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Database } from '#catalog/schema.ts'
import type { EmbedPolicy, EmbedPolicyAnswer } from '#contract/site-rules.ts'
import { openPolicy } from './judge-policy.ts'

/** On which sites players may open, as owners decided it. */
export interface EmbedPolicies {
  /** What holds for a video, at most `keptMs` old: every embed document asks. */
  holdsFor(videoId: string): Promise<EmbedPolicy>
  readVideo(videoId: string): Promise<EmbedPolicyAnswer>
  readOwner(ownerId: string): Promise<EmbedPolicyAnswer>
  /** Null goes back to the owner's, or to `open`. */
  writeVideo(videoId: string, policy: EmbedPolicy | null): Promise<void>
  writeOwner(ownerId: string, policy: EmbedPolicy | null): Promise<void>
}

// Another process may have changed it: the owner sees his change within this time everywhere.
const keptMs = 2_000

export function createEmbedPolicies(database: Kysely<Database>): EmbedPolicies {
  // A policy of a thousand sites takes some 100 kB; most have none at all.
  const kept = new LRUCache<string, Promise<EmbedPolicy>>({ max: 2_000, ttl: keptMs })

  async function readBoth(videoId: string): Promise<{ own: EmbedPolicy | null; owners: EmbedPolicy | null }> {
    const row = await database
      .selectFrom('video')
      .leftJoin('video_embed_policy as own', 'own.video_id', 'video.id')
      .leftJoin('owner_embed_policy as owners', 'owners.owner_id', 'video.owner_id')
      .select(['own.policy as own', 'owners.policy as owners'])
      .where('video.id', '=', videoId)
      .executeTakeFirst()
    return { own: row?.own ?? null, owners: row?.owners ?? null }
  }

  async function readFresh(videoId: string): Promise<EmbedPolicy> {
    const { own, owners } = await readBoth(videoId)
    return own ?? owners ?? openPolicy
  }

  return {
    holdsFor(videoId) {
      const known = kept.get(videoId)
      if (known) return known
      const policy = readFresh(videoId)
      kept.set(videoId, policy)
      policy.catch(() => kept.delete(videoId))
      return policy
    },
    async readVideo(videoId) {
      const { own, owners } = await readBoth(videoId)
      return { policy: own ?? owners ?? openPolicy, isInherited: own === null }
    },
    async readOwner(ownerId) {
      const row = await database
        .selectFrom('owner_embed_policy')
        .select('policy')
        .where('owner_id', '=', ownerId)
        .executeTakeFirst()
      return { policy: row?.policy ?? openPolicy, isInherited: row === undefined }
    },
    async writeVideo(videoId, policy) {
      if (policy) {
        const value = JSON.stringify(policy)
        await database
          .insertInto('video_embed_policy')
          .values({ video_id: videoId, policy: value })
          .onConflict((conflict) => conflict.column('video_id').doUpdateSet({ policy: value, updated_at: sql`now()` }))
          .execute()
      } else await database.deleteFrom('video_embed_policy').where('video_id', '=', videoId).execute()
      kept.clear()
    },
    async writeOwner(ownerId, policy) {
      if (policy) {
        const value = JSON.stringify(policy)
        await database
          .insertInto('owner_embed_policy')
          .values({ owner_id: ownerId, policy: value })
          .onConflict((conflict) => conflict.column('owner_id').doUpdateSet({ policy: value, updated_at: sql`now()` }))
          .execute()
      } else await database.deleteFrom('owner_embed_policy').where('owner_id', '=', ownerId).execute()
      kept.clear()
    },
  }
}
