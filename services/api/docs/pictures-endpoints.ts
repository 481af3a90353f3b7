import { z } from 'zod'
import { type Pictures, posterMomentSchema } from '#contract/pictures.ts'
import type { Endpoint } from './views-endpoints.ts'

const wish = z.strictObject({
  state: z.enum(['working', 'done', 'failed']),
  atMs: z.number().int().nullable().describe('The moment whose picture was wanted; null for an image that was sent.'),
  failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
})
const pictures: z.ZodType<Pictures> = z.strictObject({
  posterUrl: z.string().nullable(),
  isChosen: z.boolean().describe("Whether the poster is the owner's choice and not the one that was found by itself."),
  storyboardUrl: z
    .string()
    .nullable()
    .describe('WebVTT whose cues name parts of sheets of small pictures by `#xywh`; null until it is made.'),
  wish: wish.nullable().describe('The latest wish for a poster and what became of it.'),
})

/** A video's poster and its small pictures. */
export const picturesEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/videos/{id}/pictures',
    tag: 'Pictures',
    summary: 'The poster, the storyboard, and what became of the latest wish for a poster',
    answer: pictures,
    access: 'session',
  },
  {
    method: 'put',
    path: '/videos/{id}/poster',
    tag: 'Pictures',
    summary: 'Wishes for the picture of a moment as the poster, or sends one; it is shown once it was made',
    body: posterMomentSchema,
    otherBody: { 'multipart/form-data': 'The field `image`: a JPEG, PNG or WebP of 10 MB at most.' },
    status: 202,
    answer: pictures,
    access: 'session',
  },
  {
    method: 'delete',
    path: '/videos/{id}/poster',
    tag: 'Pictures',
    summary: 'Goes back to the poster that was found by itself',
    answer: pictures,
    access: 'session',
  },
]
