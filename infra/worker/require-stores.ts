import { StartError } from '../../services/program/read-config.ts'
import type { SystemConfig } from '../config.ts'

/** What a worker shares with its system; it has no stores of its own. */
export function requireStores({ DATABASE_URL, STORAGE_URL }: SystemConfig): {
  databaseUrl: string
  storageUrl: string
} {
  const lacking = [
    ...(DATABASE_URL ? [] : ['DATABASE_URL, the PostgreSQL of your site (postgres://user:password@host/database)']),
    ...(STORAGE_URL ? [] : ['STORAGE_URL, its bucket (s3://…) or a folder that both machines share (disk:///…)']),
  ]
  if (!DATABASE_URL || !STORAGE_URL) throw new StartError(`A worker needs ${lacking.join(', and ')}.`)
  return { databaseUrl: DATABASE_URL, storageUrl: STORAGE_URL }
}
