import { z } from 'zod'
import { importStates, newImportSchema, type VideoImport } from '#contract/imports.ts'
import type { Endpoint } from './views-endpoints.ts'

const count = () => z.number().int().min(0)

const videoImport: z.ZodType<VideoImport> = z.strictObject({
  videoId: z.string(),
  title: z.string(),
  host: z.string().describe('The site that the file comes from.'),
  state: z
    .enum(importStates)
    .describe('`stored`: every byte is here, and the video tells the rest. `failed`: may be tried again.'),
  receivedBytes: count(),
  totalBytes: count().nullable().describe('Null where the other site does not tell.'),
  bytesPerSecond: count(),
  secondsLeft: count().nullable(),
  failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  createdAt: z.string(),
})
const imports = z.strictObject({ items: z.array(videoImport), next: z.null() })

/** For signed-in people only: no key begins an import. */
const own = { tag: 'Imports', access: 'session' } as const

export const importEndpoints: readonly Endpoint[] = [
  {
    ...own,
    method: 'post',
    path: '/imports',
    summary:
      'Fetches a video file from a public web address. The same `Idempotency-Key` header always finds the same import',
    body: newImportSchema,
    status: 202,
    answer: videoImport,
  },
  {
    ...own,
    method: 'get',
    path: '/imports',
    summary: 'Your imports that have not arrived, newest first',
    answer: imports,
  },
  { ...own, method: 'get', path: '/imports/{id}', summary: 'How far the import of a video is', answer: videoImport },
  {
    ...own,
    method: 'get',
    path: '/imports/{id}/progress',
    summary: 'The same as it changes, until it is stored or failed',
    otherAnswer: { 'text/event-stream': 'Server-sent events; each `data` is an import as `/imports/{id}` answers it.' },
  },
  {
    ...own,
    method: 'post',
    path: '/imports/{id}/retry',
    summary: 'Tries a failed import again, for the same video',
    status: 202,
    answer: videoImport,
  },
  {
    ...own,
    method: 'delete',
    path: '/imports/{id}',
    summary: 'Cancels an import and deletes its video and what had arrived',
    status: 204,
  },
]
