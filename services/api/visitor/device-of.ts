import Bowser from 'bowser'
import { LRUCache } from 'lru-cache'
import type { Device } from '#contract/play-token.ts'

/** What a browser calls itself; a tablet that asks for desktop pages is a desktop to everybody. */
export function deviceOf(userAgent: string): Device {
  const agent = userAgent.slice(0, 512)
  let device = known.get(agent)
  if (device === undefined) {
    device = parse(agent)
    known.set(agent, device)
  }
  return device
}

// A few thousand different browsers make nearly all requests, and reading one takes some 40 µs.
const known = new LRUCache<string, Device>({ max: 2_000 })

const devices: readonly string[] = ['desktop', 'mobile', 'tablet', 'tv'] satisfies Device[]

function parse(agent: string): Device {
  try {
    const type = Bowser.getParser(agent).getPlatformType(true)
    return devices.includes(type) ? (type as Device) : ''
  } catch {
    // It refuses the empty text.
    return ''
  }
}
