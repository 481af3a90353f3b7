import { z } from 'zod'
import { videoIdSchema } from './ids.ts'

/**
 * uploading → queued → processing → playable (somebody can watch, the ladder is still being made) → ready, or failed.
 * A recording is `uploading` until Stop.
 */
export const videoStatuses = ['uploading', 'queued', 'processing', 'playable', 'ready', 'failed'] as const
export type VideoStatus = (typeof videoStatuses)[number]

/** All bytes are there, and something is still to be made of them. */
export const unfinishedStatuses: VideoStatus[] = ['queued', 'processing', 'playable']

export const visibilities = ['public', 'unlisted', 'private'] as const
export type Visibility = (typeof visibilities)[number]

/** Who may download a video, besides its owner. */
export const downloadChoices = ['nobody', 'everyone'] as const
export type Downloads = (typeof downloadChoices)[number]

/** Control characters and marks that turn the reading direction have no place in a title, a log or a database. */
export function cleanLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The same for text that may have lines. */
export function cleanText(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '')
}

export const titleSchema = z.string().max(2_000).transform(cleanLine).pipe(z.string().min(1).max(200))
export const descriptionSchema = z.string().max(5_000).transform(cleanText)

export const videoChangesSchema = z
  .object({
    title: titleSchema,
    description: descriptionSchema,
    visibility: z.enum(visibilities),
    downloads: z.enum(downloadChoices),
    keepsOriginal: z.boolean(),
  })
  .partial()
export type VideoChanges = z.infer<typeof videoChangesSchema>

/** `POST /api/videos/drafts`: the video exists before its bytes. */
export const draftSchema = z.object({
  title: titleSchema.catch('Untitled'),
  visibility: z.enum(visibilities).default('public'),
})

/** A step of the work on a new video, as shown on the upload page and in the studio. */
export const progressSchema = z.object({
  /** `room` and `storage` are what it waits for: room on a disk, and a storage that is away. */
  stage: z.enum(['waiting', 'reading', 'first', 'ladder', 'publishing', 'done', 'room', 'storage']),
  /** 0 to 100, of this stage. */
  percent: z.number().min(0).max(100),
  /** How many seconds of video are made per second; 0 until known. */
  speed: z.number().min(0),
  secondsLeft: z.number().min(0).nullable(),
})
export type Progress = z.infer<typeof progressSchema>

/** What a list shows of a video. Times are ISO 8601 in UTC. */
export interface VideoCard {
  id: string
  title: string
  ownerName: string
  status: VideoStatus
  visibility: Visibility
  durationMs: number
  /** Null until the first rendition is published. */
  posterUrl: string | null
  createdAt: string
  publishedAt: string | null
  /** Told in the owner's own list; null elsewhere, and where it can't be known at the moment. */
  views: number | null
}

/** What the watch page and the studio know of a video. */
export interface Video extends VideoCard {
  description: string
  width: number
  height: number
  /** Whether the reader of this answer owns the video or may act for its owner. */
  isMine: boolean
  /** Facts about the source worth telling, such as `source_truncated`. */
  flags: string[]
  progress: Progress | null
  /** Why it failed, in a sentence with what to do; only told to the owner. */
  failure: { code: string; message: string } | null
  /** Whether `POST /api/videos/:id/retry` makes sense; only told to the owner. */
  canRetry: boolean
  /** Whether it has a file that another one can take the place of; only told to the owner. */
  canReplace: boolean
  vpubs: { slug: string; name: string }[]
  downloads: Downloads
  /** The file for those who may download it; null for all others, and until it is made. */
  download: { sizeBytes: number } | null
  /** For the same people: whether it is known that no such file can be made of what is shown. */
  isDownloadImpossible: boolean
  /** What was uploaded, for the owner only. */
  original: { name: string; sizeBytes: number } | null
  /** Whether the file is kept once everything was made of it; only told to the owner. */
  keepsOriginal: boolean
  /**
   * When the file is deleted, as its owner wished: within minutes, once everything is made of it, or never, because not
   * everything can be. Null where it is kept or gone; only told to the owner.
   */
  originalGoes: 'soon' | 'later' | 'never' | null
  /** It was deleted, as its owner wished; only told to him. */
  isOriginalDeleted: boolean
  /** Another file has taken the place of the one that is still shown; only told to the owner. */
  isReplacing: boolean
  /** And what is shown is of the file before, because there is nothing of the new one yet; only told to the owner. */
  isFormerShown: boolean
}

/** A page of a list; `next` goes back as `?cursor=` for the following page and is null on the last. */
export interface Page<Item> {
  items: Item[]
  next: string | null
}

/** What tus and multipart uploads may say about the file beside its bytes. */
export const uploadMetadataSchema = z.object({
  filename: z.string().max(1_000).transform(cleanLine).optional(),
  title: z.string().max(2_000).transform(cleanLine).optional(),
  visibility: z.enum(visibilities).optional(),
  /** The draft that was made for the file before its first byte, so that there is a link from the beginning. */
  videoId: videoIdSchema.optional(),
  /** The video whose file this one shall take the place of; all else about it stays. */
  replaces: videoIdSchema.optional(),
})
export type UploadMetadata = z.infer<typeof uploadMetadataSchema>
