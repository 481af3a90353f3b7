import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { AppError } from '#contract/errors.ts'
import { firstCharacters } from '#contract/first-characters.ts'
import { titleOfFile } from '#contract/title-of-file.ts'
import { cleanLine, titleSchema, type UploadMetadata, type Visibility, visibilities } from '#contract/video.ts'

/** A new key for the bytes of an upload; names that people gave never become part of one. */
export function newSourceKey(): string {
  return `sources/${randomUUID()}`
}

/** What people see until they give a better title. */
export function titleOf(metadata: Pick<UploadMetadata, 'title' | 'filename'>): string {
  const given = cleanLine(metadata.title ?? '') || titleOfFile(basename(metadata.filename ?? ''))
  return titleSchema.catch('Untitled').parse(firstCharacters(given, 200))
}

/** Absent means public; a misspelt wish for privacy must not publish. Throws `bad_request`. */
export function visibilityOf(metadata: { visibility?: unknown }): Visibility {
  const { visibility = 'public' } = metadata
  const known = visibilities.find((name) => name === visibility)
  if (!known) throw new AppError('bad_request', `The visibility is one of ${visibilities.join(', ')}.`)
  return known
}
