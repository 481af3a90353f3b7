import { z } from 'zod'

/** `POST /api/me/keys`. A key reads Views Details of its owner's videos and changes nothing: `Authorization: Bearer qqv_…`. */
export const newApiKeySchema = z.object({ name: z.string().trim().min(1).max(80) })

/** `GET /api/me/keys`. */
export interface ApiKey {
  id: string
  name: string
  /** The first characters, to tell keys apart. */
  hint: string
  createdAtMs: number
  lastUsedAtMs: number | null
}

/** The whole key is shown once; only its hash is kept. */
export interface NewApiKey extends ApiKey {
  key: string
}
