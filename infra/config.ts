import { resolve } from 'node:path'
import { z } from 'zod'
import {
  baseUrl,
  logLevel,
  numberFrom,
  port,
  portList,
  readConfig,
  wholeFrom,
} from '../services/program/read-config.ts'
import { usualTranscoders } from './share-cores.ts'

const schema = z.object({
  /** The one port of the whole system. */
  PORT: port.default(8080),
  /** The address it listens on; 0.0.0.0 lets other machines in. */
  HOST: z.string().default('127.0.0.1'),
  /** Where people reach the site, when that is not http://localhost:PORT. */
  PUBLIC_URL: z.url().optional(),
  /** Where viewers get videos and pictures, when a CDN stands in front of PUBLIC_URL/media: https://cdn.example.org/media. */
  MEDIA_URL: baseUrl.optional(),
  /** How many proxies of yours stand in front of this system. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(7).default(0),
  /** The one folder with everything that must not be lost. */
  DATA_DIR: z
    .string()
    .default('data')
    .transform((folder) => resolve(folder)),
  /** A PostgreSQL of yours: postgres://user:password@host/database. Default: an embedded one in DATA_DIR. */
  DATABASE_URL: z.string().optional(),
  /** A ClickHouse of yours: http://user:password@host:8123/database. Default: an embedded engine in DATA_DIR. */
  CLICKHOUSE_URL: z.url().optional(),
  /** An S3 bucket of yours: s3://key:secret@bucket/prefix?endpoint=https://… Default: a folder in DATA_DIR. */
  STORAGE_URL: z.string().optional(),
  /** How many processes encode parts of videos side by side; they share the cores. Default: one for each, four at most. */
  TRANSCODERS: z.coerce.number().int().min(0).max(64).default(usualTranscoders),
  /** Whether AV1 is made of published videos while nothing else waits. Default: where there are four cores or more. */
  MAKE_SMALLER: z.stringbool().optional(),
  /** The most lines that are made of a picture. Default: 2160, which is 4K. */
  MAX_HEIGHT: wholeFrom(240, 2_160).optional(),
  /** How many days plays are kept, at least; they go by whole months. Default: for ever. */
  PLAYS_KEEP_DAYS: z.coerce.number().int().min(1).optional(),
  /** Largest file that is accepted, in bytes. */
  MAX_UPLOAD_BYTES: z.coerce.number().int().positive().optional(),
  /** How many bytes, as uploaded, one account may keep, unless an admin gave it another number. Default: no end. */
  QUOTA_BYTES: z.coerce.number().int().min(0).optional(),
  /** How many videos. */
  QUOTA_VIDEOS: z.coerce.number().int().min(0).optional(),
  /** How many resumable uploads one account may have under way. */
  UNFINISHED_UPLOADS: wholeFrom(1).optional(),
  /** Longer videos are refused, in seconds. */
  MAX_DURATION_S: numberFrom(1).optional(),
  /** How long one ffmpeg may take for each second of video. */
  MAX_SECONDS_PER_SECOND: numberFrom(1).optional(),
  /** Address space of one ffmpeg. */
  MAX_MEMORY_MB: numberFrom(512).optional(),
  /** The largest file that ffmpeg may write. */
  MAX_FILE_MB: numberFrom(1).optional(),
  /** How much one ffmpeg may write in all, beside twice its source's size. */
  MAX_FOLDER_MB: numberFrom(1).optional(),
  /** Memory for segments that many people watch. */
  CACHE_MB: wholeFrom(1, 65_536).optional(),
  /** How many imports by address a person may begin in an hour. */
  IMPORTS_PER_HOUR: z.coerce.number().int().min(0).optional(),
  /** How long an import may take before it is given up, in minutes. */
  IMPORT_TIMEOUT_MINUTES: z.coerce.number().int().min(1).optional(),
  /** Ports that imports may connect to, several separated by commas. Default: 80,443. */
  IMPORT_PORTS: portList.optional(),
  /** Imports may also fetch from private addresses, as in an intranet. */
  IMPORT_ALLOW_PRIVATE: z.stringbool().default(false),
  /** The mail server that alerts go through: smtp://user:password@host:587 or smtps://… Without it no mail is sent. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  /** Who the mails come from: `QQVideo <alerts@example.org>`; needed with SMTP_URL. */
  MAIL_FROM: z.string().optional(),
  /** Webhooks may also go to private addresses, as in an intranet. */
  WEBHOOK_ALLOW_PRIVATE: z.stringbool().default(false),
  /** Networks of data centres whose plays are not counted, one CIDR in a line, instead of the built-in list. */
  HOSTING_NETWORKS_FILE: z
    .string()
    .transform((file) => resolve(file))
    .optional(),
  LOG_LEVEL: logLevel.default('warn'),
})

/** Every variable there is; .env.example and README.md list the same. */
export const settingNames = Object.keys(schema.shape)

export type SystemConfig = z.output<typeof schema> & { publicUrl: string; inherited: Record<string, string> }

/** Tests hand in an environment of their own. */
export function systemConfig(environment: NodeJS.ProcessEnv = process.env): SystemConfig {
  const config = readConfig(schema, environment)
  return {
    ...config,
    publicUrl: config.PUBLIC_URL ?? `http://localhost:${config.PORT}`,
    inherited: inherited(environment),
  }
}

/** What every program needs of the surroundings; nothing else of ours leaks into them, secrets of the user's shell least of all. */
function inherited(environment: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'TMPDIR',
    'LANG',
    'TZ',
    'NODE_EXTRA_CA_CERTS',
    'AWS_PROFILE',
    'AWS_REGION',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
  ]
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])))
}
