import { promisify } from 'node:util'
import { json, type Request, type Response, raw } from 'express'
import { z } from 'zod'
import { cleanCues } from '#contract/captions/check-cues.ts'
import { type CaptionFile, readCaptionFile } from '#contract/captions/read-caption-file.ts'
import {
  type BroughtCaptions,
  type CaptionKind,
  type Cue,
  captionBodySchema,
  captionEncodings,
  captionFactsSchema,
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

/** What whoever brought a file is to hear beside what was saved. */
export type FileNotes = Pick<BroughtCaptions, 'guessedEncoding' | 'leftOutLines' | 'reversedLines'>

/**
 * Cues as JSON, or an SRT or WebVTT file as it is, with `?kind=`, `?isDefault=1` and `?encoding=` beside it. Throws what
 * `readCaptionFile` does.
 */
export function readCaptions(
  { body, query }: Pick<Request, 'body' | 'query'>,
  language: string,
): { read: ReadCaptions; notes: FileNotes } {
  // A request without a single byte is given none.
  const file = body === undefined ? Buffer.alloc(0) : body
  if (!Buffer.isBuffer(file)) {
    const { cues, ...change } = captionBodySchema.parse(file)
    return { read: { ...change, cues: cleanCues(cues as Cue[]) }, notes: {} }
  }
  const { isDefault, kind } = query
  const change = captionFactsSchema.parse({ kind, ...(isDefault !== undefined && { isDefault: isDefault === '1' }) })
  const { cues, ...found } = readCaptionFile(file, { encoding: encodingSchema.parse(query.encoding), language })
  return { read: { ...change, cues }, notes: notesOf(found) }
}

const encodingSchema = z.enum(captionEncodings).optional()

function notesOf({ guessedEncoding, leftOutLines, reversedLines }: Omit<CaptionFile, 'cues'>): FileNotes {
  return {
    ...(guessedEncoding && { guessedEncoding }),
    ...(leftOutLines.length > 0 && { leftOutLines }),
    ...(reversedLines.length > 0 && { reversedLines }),
  }
}
