import { crc32 } from 'node:zlib'
import type { PlayToken } from '#contract/play-token.ts'
import { networkOf } from '../accounts/viewer-hash.ts'
import { countryOf } from './country-of.ts'
import { deviceOf } from './device-of.ts'
import { hostingNetworks } from './hosting-networks.ts'
import { languageOf } from './language-of.ts'
import { createOpeningCounter } from './opening-counter.ts'

/** What a request for an embed document shows of who opens it. */
export interface VisitorRequest {
  videoId: string
  address: string
  userAgent: string
  acceptLanguage: string
}

/** What of it the play keeps; the address is not among it. */
export type Visitor = Required<Pick<PlayToken, 'country' | 'device' | 'language' | 'agent' | 'isHosting' | 'isExcess'>>

export type VisitorReader = (request: VisitorRequest, nowMs?: number) => Visitor

/** Call it once for each new play, because it counts them. Throws a StartError where the owner's list can't be read. */
export function createVisitorReader(options: { hostingNetworksFile?: string } = {}): VisitorReader {
  const hosting = hostingNetworks(options.hostingNetworksFile)
  const isOpenedTooOften = createOpeningCounter()
  return ({ videoId, address, userAgent, acceptLanguage }, nowMs = Date.now()) => ({
    country: countryOf(address),
    device: deviceOf(userAgent),
    language: languageOf(acceptLanguage),
    agent: crc32(userAgent),
    isHosting: hosting.has(address),
    isExcess: isOpenedTooOften({ videoId, network: networkOf(address), userAgent }, nowMs),
  })
}
