import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { longestRunSeconds } from '#catalog/transcode-queue.ts'
import { logLevel, numberFrom, readConfig, wholeFrom } from '../../services/program/read-config.ts'
import { type Failpoint, failpoints } from './failpoint.ts'
import { mostLines } from './media/ladder/choose-ladder.ts'
import { usualPartS } from './media/ladder/choose-parts.ts'

const schema = z
  .object({
    /** Postgres: the catalog and the job queue, `postgres://user:password@host:port/name`. */
    DATABASE_URL: z.string().min(1, 'write it as postgres://user:password@host:port/name'),
    /** Where sources are read and renditions put: `disk:///folder` or `s3://bucket/prefix?endpoint=…`. */
    STORAGE_URL: z.string().min(1, 'write it as disk:///folder or s3://bucket'),
    /** Scratch space. Room for the largest source and its renditions; fastest on the file system of a disk storage. */
    WORK_FOLDER: z.string().min(1, 'name a folder for temporary files'),
    /** Sources that are being read, once for all workers of a machine that name the same folder; on the disk of the scratch space. */
    SHELF_FOLDER: z.string().optional(),
    /** The same after every restart of the same slot of the same machine: by it a worker finds what its former self left. */
    WORKER_NAME: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'use letters, digits, dots and dashes')
      .default('transcoder-1'),
    LOG_LEVEL: logLevel,
    /** Longer videos are refused. Judged by what the file holds, not by what its header claims. */
    MAX_DURATION_S: numberFrom(1).default(12 * 60 * 60),
    /** Address space of one ffmpeg, in MB; a ladder of 4K on 16 threads reserves 7,000 of them, and more for HDR. */
    MAX_MEMORY_MB: numberFrom(512).default(12_288),
    /** Wall-clock seconds that may be spent per second of video, beyond a few minutes that every video gets. */
    MAX_SECONDS_PER_SECOND: numberFrom(1).default(20),
    /** Largest single file ffmpeg may write, in MB. */
    MAX_FILE_MB: numberFrom(1).default(2_048),
    /** How much one ffmpeg may add to its job's folder, in MB, beside twice the source's size. */
    MAX_FOLDER_MB: numberFrom(1).default(16_384),
    /** Threads of one ffmpeg; default: as many as the machine has cores, 16 at most. */
    THREADS: z.coerce.number().int().min(1).max(64).default(Math.min(16, availableParallelism())),
    /** The most lines that are made of a picture; 4K takes six times as long as 1080 does. */
    MAX_HEIGHT: wholeFrom(240, mostLines).default(mostLines),
    /** How long the parts are that a video is cut into, about, in seconds. */
    PART_SECONDS: z.coerce.number().min(1).default(usualPartS),
    /** How long a first version that is watched already may keep somebody else's video waiting, in seconds. */
    FIRST_HOLD_SECONDS: z.coerce.number().min(0).default(60),
    /** Only for the tests of faults: where this process dies or stands still, as `name:kill` or `name:stop`. */
    FAILPOINTS: z
      .string()
      .default('')
      .transform((text) => text.split(',').filter(Boolean))
      .pipe(z.array(z.templateLiteral([z.enum(failpoints), ':', z.enum(['kill', 'stop'])]))),
    /**
     * Whether AV1 is made of published videos while nothing else waits. It costs many times what H.264 does, so by default
     * only where there are cores enough that the rest of the system does not notice.
     */
    MAKE_SMALLER: z.stringbool().default(availableParallelism() >= 4),
    /** Where ffmpeg, ffprobe, bwrap, prlimit, setpriv and unshare are looked for. */
    PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  })
  .refine((read) => read.MAX_DURATION_S * read.MAX_SECONDS_PER_SECOND <= longestRunSeconds, {
    path: ['MAX_DURATION_S'],
    error: 'times MAX_SECONDS_PER_SECOND it may come to 14 days, after which a job is given to another worker',
  })

export interface TranscoderConfig {
  databaseUrl: string
  storageUrl: string
  /** Of this worker alone; emptied when it starts. */
  workFolder: string
  /** Of all workers of this machine. */
  shelfFolder: string
  workerName: string
  logLevel: string
  limits: Limits
  threads: number
  makeSmaller: boolean
  searchPath: string
  /** Lines of the short side. */
  maxHeight: number
  partS: number
  firstHoldS: number
  failpoints: Map<Failpoint, NodeJS.Signals>
}

export interface Limits {
  maxDurationS: number
  maxMemoryMb: number
  maxSecondsPerSecond: number
  maxFileMb: number
  maxFolderMb: number
}

export function readTranscoderConfig(environment: NodeJS.ProcessEnv = process.env): TranscoderConfig {
  const read = readConfig(schema, environment)
  return {
    databaseUrl: read.DATABASE_URL,
    storageUrl: read.STORAGE_URL,
    workFolder: resolve(read.WORK_FOLDER, read.WORKER_NAME),
    // No worker's name begins with a dot.
    shelfFolder: resolve(read.SHELF_FOLDER ?? join(read.WORK_FOLDER, '.shelf')),
    workerName: read.WORKER_NAME,
    logLevel: read.LOG_LEVEL,
    limits: {
      maxDurationS: read.MAX_DURATION_S,
      maxMemoryMb: read.MAX_MEMORY_MB,
      maxSecondsPerSecond: read.MAX_SECONDS_PER_SECOND,
      maxFileMb: read.MAX_FILE_MB,
      maxFolderMb: read.MAX_FOLDER_MB,
    },
    threads: read.THREADS,
    makeSmaller: read.MAKE_SMALLER,
    searchPath: read.PATH,
    maxHeight: read.MAX_HEIGHT,
    partS: read.PART_SECONDS,
    firstHoldS: read.FIRST_HOLD_SECONDS,
    failpoints: new Map(read.FAILPOINTS.map(readFailpoint)),
  }
}

function readFailpoint(text: string): [Failpoint, NodeJS.Signals] {
  const [name, deed] = text.split(':')
  return [name as Failpoint, deed === 'kill' ? 'SIGKILL' : 'SIGSTOP']
}
