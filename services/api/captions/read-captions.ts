import { promisify } from 'node:util'
import { json, type Request, type Response, raw } from 'express'
import { cleanCues } from '#contract/captions/check-cues.ts'
import { parseCaptions } from '#contract/captions/parse-captions.ts'
import {
  type CaptionKind,
  type Cue,
  captionBodySchema,
  captionChangesSchema,
  captionLimits,
} from '#contract/captions.ts'
import { AppError } from '#contract/errors.ts'

// A cue takes some 60 characters of JSON beside its text, and a character of text up to six.
const parseJson = promisify(json({ limit: 6 * captionLimits.bytes }))
const parseFile = promisify(raw({ type: () => true, limit: captionLimits.bytes }))

/** Reads the body of a request by somebody who may change the captions. Throws `captions_too_large` or `bad_json`. */
export async function readBody(request: Request, response: Response): Promise<void> {
  try {
    await (request.is('json') ? parseJson : parseFile)(request, response)
  } catch (error) {
    if ((error as { type?: string }).type === 'entity.too.large') throw new AppError('captions_too_large')
    throw error
  }
}

export interface ReadCaptions {
  cues: Cue[]
  kind?: CaptionKind
  isDefault?: boolean
}

/** Cues as JSON, or an SRT or WebVTT file as it is, with `?kind=` and `?isDefault=1` beside it. Throws what `parseCaptions` does. */
export function readCaptions({ body, query }: Pick<Request, 'body' | 'query'>): ReadCaptions {
  if (!Buffer.isBuffer(body)) {
    const { cues, ...change } = captionBodySchema.parse(body)
    return { ...change, cues: cleanCues(cues as Cue[]) }
  }
  const { isDefault, kind } = query
  const change = captionChangesSchema.parse({ kind, ...(isDefault !== undefined && { isDefault: isDefault === '1' }) })
  return { ...change, cues: parseCaptions(body) }
}
