import { z } from 'zod'
import { listQuotas, type QuotaCursor } from '#catalog/list-quotas.ts'
import { AppError } from '#contract/errors.ts'
import { type PersonQuota, quotaSearchSchema } from '#contract/quota.ts'
import type { Page } from '#contract/video.ts'
import type { Context } from '../context.ts'
import { pageSize } from '../http/paging.ts'
import { quotaOf } from './limits.ts'

/** Those that a query asks for, a page at a time. */
export async function pageOfQuotas(
  { catalog, config }: Pick<Context, 'catalog' | 'config'>,
  query: unknown,
): Promise<Page<PersonQuota>> {
  const { search, cursor } = quotaSearchSchema.parse(query)
  const after = cursor ? readCursor(cursor) : null
  const wanted = { defaults: quotaOf(config), search, after, most: pageSize + 1 }
  const people = await listQuotas(catalog.database, wanted)
  const items = people.slice(0, pageSize)
  return { items, next: people.length > pageSize ? writeCursor(items.at(-1)!) : null }
}

const cursorSchema = z.tuple([z.number().int().min(0).max(Number.MAX_SAFE_INTEGER), z.string().regex(/^[\w-]{1,64}$/)])

function readCursor(text: string): QuotaCursor {
  try {
    const [usedBytes, id] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { usedBytes, id }
  } catch (cause) {
    throw new AppError('bad_request', 'The cursor is not one of ours; ask for the first page again.', { cause })
  }
}

function writeCursor({ usedBytes, id }: QuotaCursor): string {
  return Buffer.from(JSON.stringify([usedBytes, id])).toString('base64url')
}
