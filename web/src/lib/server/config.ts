import { z } from 'zod'
import { readConfig } from '../../../../services/program/read-config.ts'

const schema = z.object({
  /** Where pages rendered on the server ask the API; set by the program that serves the site, before it imports the handler. */
  API_INTERNAL_URL: z.url().default('http://127.0.0.1:8080'),
  /** The address people know the site by, for absolute links in previews and feeds; without it, the one in the request. */
  ORIGIN: z.url().optional(),
  /** Whose pictures and videos pages show besides their own; set like the address of the API. */
  MEDIA_ORIGIN: z.url().optional(),
})

/** The only place of the site that names the environment. */
export const config = readConfig(schema, process.env)
