import type { LookupAddress } from 'node:dns'
import { isPublicAddress } from '../../outbound/is-public-address.ts'
import { resolveName } from '../../outbound/resolve-name.ts'
import type { ApiConfig } from '../config.ts'

/** How long and how much the other site is trusted with. */
export interface ImportLimits {
  isAllowed: (address: string) => boolean
  ports: readonly number[]
  /** How names are looked up; by default as the system does. */
  resolve?: ((hostname: string) => Promise<LookupAddress[]>) | undefined
  maxBytes: number
  /** Until the head of an answer is there. */
  headMs: number
  /** Without a single byte. */
  idleMs: number
  /** A line that brings less than `leastBytes` in so much waiting is held on purpose. */
  slowMs: number
  leastBytes: number
  /** Before each try after a break; when they are used up without progress, the import fails. */
  pausesMs: readonly number[]
  /** Before it is gone on with where our own storage or database was away. */
  awayMs: number
}

export function importLimits(
  config: Pick<ApiConfig, 'IMPORT_ALLOW_PRIVATE' | 'IMPORT_PORTS' | 'MAX_UPLOAD_BYTES'>,
): ImportLimits {
  return {
    isAllowed: config.IMPORT_ALLOW_PRIVATE ? () => true : isPublicAddress,
    ports: config.IMPORT_PORTS,
    // In a network of one's own, names may be in the hosts file only.
    resolve: config.IMPORT_ALLOW_PRIVATE ? undefined : resolveName,
    maxBytes: config.MAX_UPLOAD_BYTES,
    headMs: 30_000,
    idleMs: 30_000,
    slowMs: 60_000,
    leastBytes: 64 * 1024,
    awayMs: 15_000,
    pausesMs: [1_000, 2_000, 5_000, 10_000, 30_000],
  }
}
