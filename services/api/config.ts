import { z } from 'zod'
import { baseUrl, logLevel, port, portList, readConfig, signingKeys, wholeFrom } from '../program/read-config.ts'

const schema = z.object({
  PORT: port.default(8081),
  HOST: z.string().default('127.0.0.1'),
  /** Where people reach the site: links, feeds, snippets and cookies are made for it. */
  PUBLIC_URL: z.url().default('http://localhost:8080'),
  /** Where viewers get videos and pictures, when not at `/media` of this site: a CDN in front of it. */
  MEDIA_URL: baseUrl.optional(),
  /** How many proxies of yours stand in front; the visitor's address is taken from what they add, never from the visitor. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(8).default(0),
  DATABASE_URL: z.string().min(1),
  CLICKHOUSE_URL: z.url(),
  STORAGE_URL: z.string().min(1),
  /** Unfinished resumable uploads, when videos are kept on disk; must be on the same disk as they. Else what waits for its bucket. */
  UPLOAD_FOLDER: z.string().default('data/uploads'),
  /** Largest file that is accepted, in bytes. */
  MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(64 * 1024 ** 3),
  /** How many bytes, as uploaded, and how many videos one account may keep; without a number it has no end. */
  QUOTA_BYTES: z.coerce.number().int().min(0).optional(),
  QUOTA_VIDEOS: z.coerce.number().int().min(0).optional(),
  /** How many resumable uploads one account may have under way. */
  UNFINISHED_UPLOADS: wholeFrom(1).default(20),
  /** An upload over which nothing arrives for so long is ended; a resumable one goes on when its sender is back. */
  UPLOAD_IDLE_SECONDS: z.coerce.number().positive().default(30),
  /** How many imports by address a person may begin in an hour. */
  IMPORTS_PER_HOUR: z.coerce.number().int().min(0).default(5),
  /** An import that takes longer is given up. */
  IMPORT_TIMEOUT_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(14 * 24 * 60)
    .default(6 * 60),
  /** Ports that imports may connect to, several separated by commas. */
  IMPORT_PORTS: portList.default([80, 443]),
  /** Imports may also fetch from private addresses, as in an intranet; everybody with an account can then reach into it. */
  IMPORT_ALLOW_PRIVATE: z.stringbool().default(false),
  /** Signs play and media tokens; the beacon and media services verify with the same. */
  SIGNING_KEYS: signingKeys,
  /** Encrypts and signs sessions. */
  AUTH_SECRET: z.string().min(32, 'use at least 32 random characters'),
  /** One-time code of the link that makes the first admin; no code, no link. */
  SETUP_CODE: z.string().min(16).optional(),
  /** Where the collector tells since when beacons wait; without it Views Details never says "delayed". */
  BEACON_URL: z.url().optional(),
  /** Whether the views worker has a mail server; the settings of alerts say so. */
  CAN_MAIL: z.stringbool().default(false),
  /** Networks of data centres whose plays are not counted, one CIDR in a line, instead of the built-in list. */
  HOSTING_NETWORKS_FILE: z.string().optional(),
  /** How many days plays are kept, as the page about privacy tells; without it, for ever. */
  PLAYS_KEEP_DAYS: z.coerce.number().int().min(1).optional(),
  /** Folder of the built site, and of the built player. */
  SITE_BUILD: z.string().default('web/build'),
  PLAYER_BUILD: z.string().default('web/player/dist'),
  LOG_LEVEL: logLevel,
})

export type ApiConfig = z.output<typeof schema>

export function apiConfig(): ApiConfig {
  return readConfig(schema, process.env)
}

/** The built site reads its settings from the environment when it is loaded; there is no other way to hand them over. */
export function tellSite(settings: Record<string, string>): void {
  Object.assign(process.env, settings)
}
