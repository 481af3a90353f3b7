import { z } from 'zod'
import { listQuotas } from '#catalog/list-quotas.ts'
import { type PersonQuota, quotaSearchSchema } from '#contract/quota.ts'
import type { Page } from '#contract/video.ts'
import type { Context } from '../context.ts'
import { pageBy, pageSize, readSortKey } from '../http/paging.ts'
import { quotaOf } from './quota-of.ts'

/** Those that a query asks for, a page at a time. */
export async function pageOfQuotas(
  { catalog, config }: Pick<Context, 'catalog' | 'config'>,
  query: unknown,
): Promise<Page<PersonQuota>> {
  const { search, cursor } = quotaSearchSchema.parse(query)
  const read = readSortKey(cursor, cursorSchema)
  const after = read && { usedBytes: read[0], id: read[1] }
  const wanted = { defaults: quotaOf(config), search, after, most: pageSize + 1 }
  return pageBy(
    await listQuotas(catalog.database, wanted),
    (person) => person,
    ({ usedBytes, id }) => [usedBytes, id],
  )
}

const cursorSchema = z.tuple([z.number().int().min(0).max(Number.MAX_SAFE_INTEGER), z.string().regex(/^[\w-]{1,64}$/)])
