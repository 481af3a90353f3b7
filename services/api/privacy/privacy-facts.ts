import { collectorCopyHours, saltLifetimeHours } from '#contract/retention.ts'
import { playTokenLifetimeMs } from '#contract/token-lifetimes.ts'
import { storedColumns } from './stored-columns.ts'

export interface PrivacyFacts {
  browser: { cookies: false; storage: false; fingerprinting: false }
  /** The address is looked at and not kept. */
  address: { isStored: false; usedFor: string[] }
  viewerHash: {
    madeOf: string[]
    saltDeletedAfterHours: number
    notMadeWhereHeader: string[]
  }
  stored: { table: 'play' | 'page_title'; columns: string[]; what: string }[]
  keptFor: { playsDays: number | null; collectorCopyHours: number; playTokenHours: number }
  isShared: false
}

/** What is stored of a play and for how long, for programs; made of the constants that the programs themselves keep to. */
export function privacyFacts(keepDays: number | undefined): PrivacyFacts {
  return {
    browser: { cookies: false, storage: false, fingerprinting: false },
    address: { isStored: false, usedFor: ['country', 'data centre or not', 'viewer hash, cut to /24 or /48'] },
    viewerHash: {
      madeOf: ['network, /24 of IPv4 or /48 of IPv6', 'User-Agent', 'owner of the video', 'random salt of the day'],
      saltDeletedAfterHours: saltLifetimeHours,
      notMadeWhereHeader: ['Sec-GPC: 1', 'DNT: 1'],
    },
    stored: storedColumns.map(({ table, columns, en }) => ({ table: table ?? 'play', columns, what: en })),
    keptFor: {
      playsDays: keepDays ?? null,
      collectorCopyHours,
      playTokenHours: playTokenLifetimeMs / (60 * 60 * 1000),
    },
    isShared: false,
  }
}
