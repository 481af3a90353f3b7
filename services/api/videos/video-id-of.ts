import type { Request } from 'express'
import { AppError } from '#contract/errors.ts'
import { videoIdSchema } from '#contract/ids.ts'

/** The id in the address. One that can't be ours is as absent as one that isn't there: throws `not_found`. */
export function videoIdOf(request: Request): string {
  const id = videoIdSchema.safeParse(request.params.id)
  if (!id.success) throw new AppError('not_found')
  return id.data
}
