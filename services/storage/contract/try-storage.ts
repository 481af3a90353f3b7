import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStorage } from '../open-storage.ts'
import { bytesCases } from './bytes-cases.ts'
import { changeCases } from './change-cases.ts'
import { refusalCases } from './refusal-cases.ts'
import type { StorageCase, StorageTrial } from './storage-case.ts'

/** Every promise that a storage of this URL must keep. The SDK is loaded only where a bucket is meant. */
export async function storageCases(url: string): Promise<StorageCase[]> {
  const cases = [...bytesCases, ...changeCases, ...refusalCases]
  return url.startsWith('s3:') ? [...cases, ...(await import('./s3-cases.ts')).s3Cases] : cases
}

export interface OpenTrial extends StorageTrial {
  /** Removes whatever the cases left in the storage and on this machine. */
  close(): Promise<void>
}

/** A storage with a prefix of its own for trying things. */
export async function openTrial(url: string): Promise<OpenTrial> {
  const storage = await openStorage(url)
  const prefix = `trial-${randomUUID()}`
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-trial-'))
  return {
    storage,
    url,
    at: (name) => `${prefix}/${name}`,
    local: (name) => join(folder, name),
    async close() {
      await rm(folder, { recursive: true, force: true })
      await storage.deletePrefix(prefix).finally(() => storage.close())
    },
  }
}
