import type { DataStore, Upload } from '@tus/server'
import { AppError } from '#contract/errors.ts'

/** An upload that is not whole after so long is thrown away, and the draft that it was for. */
export const weekMs = 7 * 24 * 60 * 60 * 1000

/** Where unfinished bytes lie, and how they become a source: tus stores beside each storage adapter. */
export interface UploadPlace {
  datastore: DataStore
  /** What the datastore's ids have before ours. */
  folder: string
  /** What is known of an upload; whole, too, where its bytes were taken over already. Null where there is none. */
  find(id: string): Promise<Upload | null>
  /** The storage key of the finished bytes; may be called again after a crash. Throws `not_found` where they are gone. */
  takeOver(upload: Upload): Promise<string>
  /** Drops what tus noted about an upload that was accepted or refused. */
  forget(id: string): Promise<void>
  /** Throws away an upload, whatever there is of it. */
  remove(id: string): Promise<void>
  /** Our ids of all uploads that are not accepted yet. */
  list(): Promise<string[]>
  /** When an upload was begun or its last byte came; null where there is none of that id. */
  touchedAtMs(id: string): Promise<number | null>
  /** Removes what a kill left behind that belongs to none of these uploads, where it was last touched before that time. */
  sweep(beforeMs: number, ids: ReadonlySet<string>): Promise<void>
  /** What a fault of the store means to callers. */
  explain(error: unknown): unknown
}

export function isWhole({ size, offset }: Upload): boolean {
  return size !== undefined && size > 0 && offset === size
}

/** What tus's stores throw where there is no such upload; everything else may be over in a moment. */
export function isGone(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'not_found'
  const status = (error as { status_code?: number }).status_code
  return status === 404 || status === 410
}

/** Null where there is no such upload. */
export async function findOrNull(upload: Promise<Upload>): Promise<Upload | null> {
  return upload.catch((error) => {
    if (isGone(error)) return null
    throw error
  })
}
