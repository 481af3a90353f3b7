import { type Kysely, sql } from 'kysely'
import type { Database } from '#catalog/schema.ts'

export interface PageOfSite {
  site: string
  page: string
}

/** What these pages call themselves: of several videos on one page, what was told last. */
export async function readTitles(
  database: Kysely<Database>,
  videoIds: readonly string[],
  pages: readonly PageOfSite[],
): Promise<(page: PageOfSite) => string | null> {
  if (pages.length === 0) return () => null
  const { rows } = await sql<PageOfSite & { title: string }>`
    SELECT DISTINCT ON (site, page) site, page, title
    FROM page_title
    WHERE video_id = ANY(${[...videoIds]}::text[])
      AND (site, page) IN (
        SELECT * FROM unnest(${pages.map(({ site }) => site)}::text[], ${pages.map(({ page }) => page)}::text[])
      )
    ORDER BY site, page, told_at DESC
  `.execute(database)
  const titles = new Map(rows.map((row) => [keyOf(row), row.title]))
  return (page) => titles.get(keyOf(page)) ?? null
}

/** Pages whose titles contain the text, without regard to case; no more than a question can name. */
export async function findTitled(
  database: Kysely<Database>,
  videoIds: readonly string[],
  text: string,
): Promise<string[]> {
  const { rows } = await sql<{ page: string }>`
    SELECT page
    FROM page_title
    WHERE video_id = ANY(${[...videoIds]}::text[]) AND position(lower(${text}) IN lower(title)) > 0
    GROUP BY page
    ORDER BY max(told_at) DESC, page
    LIMIT ${mostNamed}
  `.execute(database)
  return rows.map(({ page }) => page)
}

// Their addresses stand in the question that goes to ClickHouse.
const mostNamed = 200

function keyOf({ site, page }: PageOfSite): string {
  return JSON.stringify([site, page])
}
