import type { Device } from '../../services/contract/play-token.ts'
import type { DemoSite } from './demo-sites.ts'

export interface Viewer {
  hash: string
  country: string
  device: Device
  language: string
}

const world = ['US', 'DE', 'IN', 'GB', 'BR', 'FR', 'JP', 'CN', 'NL', 'PL', 'ES', 'SE', 'KR', 'ZA', '']
const languages: Record<string, string> = {
  ...{ DE: 'de', AT: 'de', CH: 'de', FR: 'fr', BR: 'pt', JP: 'ja', CN: 'zh', SG: 'zh', MY: 'zh', NL: 'nl' },
  ...{ PL: 'pl', ES: 'es', SE: 'sv', KR: 'ko', FI: 'fi', '': '' },
}
const devices: Device[] = ['desktop', 'mobile', 'desktop', 'mobile', 'tablet', 'desktop', 'tv']

/** Everything about a person follows from his number, so that he is the same when he comes back on the same day. */
export function inventViewer(site: DemoSite): Viewer {
  const crowd = 40 + site.weight * 60
  const person = Math.floor(Math.random() * crowd)
  const countries = site.countries ?? world
  // Squared, so that the front of a list is likelier than its end.
  const spread = (person * 0.618_034) % 1
  const country = countries[Math.floor(spread ** 2 * countries.length)]!
  return {
    hash: (BigInt(person) * 7_919n + BigInt(site.day * 1_000_003 + 17)).toString(16).padStart(16, '0'),
    country,
    device: devices[person % devices.length]!,
    language: languages[country] ?? 'en',
  }
}
