import { z } from 'zod'
import type { CaptionTrackRow } from '#catalog/schema.ts'
import { parseCaptions } from '#contract/captions/parse-captions.ts'
import { writeSrt } from '#contract/captions/write-captions.ts'

export const captionFileSchema = z.object({ format: z.enum(['vtt', 'srt']).default('vtt') })

/** A track as the file that was asked for. The name is ours: id and tag hold nothing that a header could be broken with. */
export function captionFile(
  { video_id, language, webvtt }: CaptionTrackRow,
  query: unknown,
): { type: string; name: string; text: string } {
  const { format } = captionFileSchema.parse(query)
  const name = `${video_id}.${language}.${format}`
  if (format === 'vtt') return { type: 'text/vtt; charset=utf-8', name, text: webvtt }
  // Old players take a file without the mark for one of their own encoding.
  const text = `\ufeff${writeSrt(parseCaptions(Buffer.from(webvtt)))}`
  return { type: 'application/x-subrip; charset=utf-8', name, text }
}
