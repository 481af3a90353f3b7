import type { z } from 'zod'
import {
  breakdownQuerySchema,
  dimensions,
  exportTables,
  retentionQuerySchema,
  viewsFilterSchema,
} from '#contract/views.ts'
import { exportFormatSchema } from '../views/export/send-export.ts'
import { healthQuerySchema } from '../views/health.ts'
import * as answers from './answers.ts'

export interface Endpoint {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** As seen from `/api`, with `{names}`. */
  path: string
  tag: string
  summary: string
  query?: z.ZodObject
  body?: z.ZodType
  /** A body that is no JSON, instead of `body` or beside it: media types, and what they hold. */
  otherBody?: Record<string, string>
  /** Of the answer where all went well; 200 unless told. */
  status?: number
  /** JSON; where there is none, see `otherAnswer`. */
  answer?: z.ZodType
  otherAnswer?: Record<string, string>
  /** Values that a name in the path may take. */
  choices?: Record<string, readonly string[]>
  /** Who may ask: with a session or a key, with a session only, or whoever has the address. */
  access: 'key' | 'session' | 'anybody'
}

type About = Omit<Endpoint, 'method' | 'path' | 'tag' | 'access'> & { at: string }

const exportQuery = breakdownQuerySchema
  .omit({ cursor: true, limit: true, trend: true })
  .extend({ sites: retentionQuerySchema.shape.sites, ...exportFormatSchema.shape })

/** What can be asked about a video, all your videos, a V-Pub or a share link: the same of each. */
const questions: readonly About[] = [
  {
    at: '',
    summary: 'The top of the page in one answer, so that its numbers belong together',
    query: viewsFilterSchema,
    answer: answers.details,
  },
  {
    at: '/by/{dimension}',
    summary: 'One row per site, page, country …: sorted, searched, paged without a cap',
    query: breakdownQuerySchema,
    answer: answers.breakdown,
    choices: { dimension: dimensions },
  },
  {
    at: '/retention',
    summary: 'Where people leave: of all sites together, and of named ones',
    query: retentionQuerySchema,
    answer: answers.retention,
  },
  {
    at: '/timeline',
    summary: 'Plays by the hour, or by the day of longer periods',
    query: viewsFilterSchema,
    answer: answers.timeline,
  },
  {
    at: '/health',
    summary: 'What pages forbid the player, those with trouble first',
    query: healthQuerySchema,
    answer: answers.health,
  },
  {
    at: '/not-counted',
    summary: 'What does not count, and why',
    query: viewsFilterSchema,
    answer: answers.notCounted,
  },
  { at: '/plays/{playId}', summary: 'All that is known of one play', answer: answers.play },
  {
    at: '/live',
    summary: 'Server-sent events: the same as the top of the page, anew whenever a number moved',
    query: viewsFilterSchema,
    otherAnswer: { 'text/event-stream': 'Each event: {"type":"views","details":{…}}' },
  },
  {
    at: '/export/{table}',
    summary: 'A whole table as a file, with exactly the rows of the page; `plays` has every single play',
    query: exportQuery,
    choices: { table: exportTables },
    otherAnswer: {
      'text/csv': 'RFC 4180 in UTF-8. A cell that begins like a formula has an apostrophe before it.',
      'application/json': 'An array of the rows.',
      'application/vnd.apache.parquet': 'Apache Parquet.',
    },
  },
]

const subjects: { at: string; of: string; access: Endpoint['access'] }[] = [
  { at: '/videos/{id}/views', of: 'of a video', access: 'key' },
  { at: '/me/views', of: 'of all your videos', access: 'key' },
  { at: '/vpubs/{slug}/views', of: 'of your videos in a V-Pub of yours', access: 'key' },
  { at: '/shared/{token}/views', of: 'of a share link', access: 'anybody' },
]

export const viewsEndpoints: readonly Endpoint[] = subjects.flatMap(({ at, of, access }) =>
  questions.map(({ at: question, summary, choices, ...rest }) => ({
    ...rest,
    method: 'get' as const,
    path: at + question,
    tag: `Views Details ${of}`,
    summary,
    access,
    // One video is not told apart by videos.
    ...(choices && { choices: access === 'anybody' || at.startsWith('/videos') ? ofOneVideo(choices) : choices }),
  })),
)

function ofOneVideo(choices: Record<string, readonly string[]>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(choices).map(([name, all]) => [name, all.filter((one) => one !== 'video')]))
}
