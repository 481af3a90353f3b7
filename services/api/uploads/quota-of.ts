import type { QuotaDefaults } from '#catalog/quota.ts'
import type { ApiConfig } from '../config.ts'

/** What everybody may keep who was given no numbers of his own. */
export function quotaOf(config: Pick<ApiConfig, 'QUOTA_BYTES' | 'QUOTA_VIDEOS'>): QuotaDefaults {
  return { maxBytes: config.QUOTA_BYTES ?? null, maxVideos: config.QUOTA_VIDEOS ?? null }
}
