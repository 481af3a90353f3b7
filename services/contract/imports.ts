import { z } from 'zod'
import { titleSchema, visibilities } from './video.ts'

/** `POST /api/imports`: the address of a video file that this site fetches by itself. */
export const newImportSchema = z.object({
  url: z.string().trim().min(1, 'give the address of a video file').max(2_048),
  title: titleSchema.optional(),
  visibility: z.enum(visibilities).default('public'),
})
export type NewImport = z.infer<typeof newImportSchema>

/** waiting → fetching → stored (every byte is here; the video tells the rest), or failed (may be tried again). */
export const importStates = ['waiting', 'fetching', 'stored', 'failed'] as const
export type ImportState = (typeof importStates)[number]

/** How far an import is; told to the owner of its video only. */
export interface VideoImport {
  videoId: string
  title: string
  /** The site that the file comes from. */
  host: string
  state: ImportState
  receivedBytes: number
  /** Null where the other site doesn't tell. */
  totalBytes: number | null
  /** 0 until known. */
  bytesPerSecond: number
  secondsLeft: number | null
  failure: { code: string; message: string } | null
  createdAt: string
}
