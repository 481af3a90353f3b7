import { z } from 'zod'
import type { Endpoint } from './views-endpoints.ts'

/** For proxies and monitors. */
export const healthEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/live',
    tag: 'Health',
    summary: 'Whether this site answers',
    answer: z.strictObject({ status: z.literal('ok') }),
    access: 'anybody',
  },
  {
    method: 'get',
    path: '/health',
    tag: 'Health',
    summary: 'Whether it can do its work; 503 with a sentence for each store that is away',
    answer: z.strictObject({ status: z.enum(['ok', 'away']), away: z.array(z.string()) }),
    access: 'anybody',
  },
]
