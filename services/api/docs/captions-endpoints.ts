import { z } from 'zod'
import {
  type BroughtCaptions,
  type CaptionDocument,
  type CaptionTrack,
  captionBodySchema,
  captionChangesSchema,
  captionEncodings,
  captionKinds,
} from '#contract/captions.ts'
import { captionFileSchema } from '../captions/caption-file.ts'
import type { Endpoint } from './views-endpoints.ts'

const trackShape = {
  language: z.string().describe('BCP 47, such as `de` or `zh-Hans`.'),
  label: z.string().describe('What the language calls itself.'),
  kind: z.enum(captionKinds),
  isDefault: z.boolean().describe('Whether players show it without being asked.'),
  cueCount: z.number().int(),
  updatedAtMs: z.number().int(),
  etag: z.string().describe('Goes back as If-Match with a change; it differs once somebody else changed the words.'),
}
const track: z.ZodType<CaptionTrack> = z.strictObject(trackShape)
const tracks = z.strictObject({ items: z.array(track), next: z.null() })
const cue = z.strictObject({
  startMs: z.number().int(),
  endMs: z.number().int(),
  text: z.string().describe('Plain text; `<i>`, `<b>`, `<u>`, `<c.yellow>` and `<v Speaker>` are markup.'),
  settings: z.string().optional().describe("WebVTT's `line`, `position`, `size` and `align`."),
})
const documentShape = { ...trackShape, cues: z.array(cue) }
const document = z.strictObject(documentShape) as z.ZodType<CaptionDocument>
const lines = z.array(z.number().int()).optional()
const brought = z.strictObject({
  ...documentShape,
  guessedEncoding: z
    .enum(captionEncodings)
    .optional()
    .describe(
      'How the file was read, where it didn’t tell that itself; name another `encoding` where the words are wrong.',
    ),
  leftOutLines: lines.describe('Lines of times that could not be read; what stands beneath them was left out.'),
  reversedLines: lines.describe('Lines with an end before the start; these captions are shown for two seconds.'),
}) as z.ZodType<BroughtCaptions>

const one = { path: '/videos/{id}/captions/{language}', tag: 'Captions' }

/** Captions of a video, one track for each language. */
export const captionsEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/videos/{id}/captions',
    tag: 'Captions',
    summary: 'In which languages a video has captions',
    answer: tracks,
    access: 'anybody',
  },
  { ...one, method: 'get', summary: 'All captions in a language', answer: document, access: 'session' },
  {
    ...one,
    method: 'put',
    summary:
      'Brings captions, as JSON or as an SRT or WebVTT file. If-Match names the ETag that they replace, or * for any; without it they must be new',
    query: z.object({
      kind: z.enum(captionKinds).optional(),
      isDefault: z.literal('1').optional(),
      encoding: z.enum(captionEncodings).optional(),
    }),
    body: captionBodySchema,
    otherBody: {
      'text/vtt': 'WebVTT, 1 MB at most; what it holds beside cues is left out.',
      'application/x-subrip': 'SRT, 1 MB at most.',
    },
    answer: brought,
    access: 'session',
  },
  {
    ...one,
    method: 'patch',
    summary:
      'Changes what kind they are, whether players show them unasked (no other track does then), and their language, which is their address; one that has captions is refused with `captions_taken`',
    body: captionChangesSchema,
    answer: track,
    access: 'session',
  },
  { ...one, method: 'delete', summary: 'Deletes them', status: 204, access: 'session' },
  {
    method: 'get',
    path: '/videos/{id}/captions/{language}/file',
    tag: 'Captions',
    summary: 'The same as a file',
    query: captionFileSchema,
    otherAnswer: { 'text/vtt': 'WebVTT.', 'application/x-subrip': 'SRT, with `format=srt`.' },
    access: 'session',
  },
]
