import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { titleSchema, type UploadMetadata, visibilities } from '#contract/video.ts'

/** A new key for the bytes of an upload; names that people gave never become part of one. */
export function newSourceKey(): string {
  return `sources/${randomUUID()}`
}

/** What people see until they give a better title: the file's name without its ending, made harmless and not too long. */
export function titleOf(metadata: Pick<UploadMetadata, 'title' | 'filename'>): string {
  const given = clean(metadata.title ?? '') || clean(basename(metadata.filename ?? '').replace(/\.[^.]{1,5}$/, ''))
  return titleSchema.catch('Untitled').parse(given.slice(0, 200))
}

export function visibilityOf(metadata: { visibility?: unknown }) {
  return visibilities.find((visibility) => visibility === metadata.visibility) ?? 'public'
}

/** Control characters and the marks that turn the reading direction have no place in a title or a log. */
function clean(text: string): string {
  return text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
