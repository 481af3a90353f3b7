import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { StartError } from '../../program/read-config.ts'
import { countryOf } from './country-of.ts'
import { deviceOf } from './device-of.ts'
import { languageOf } from './language-of.ts'
import { parseNetworks } from './network-set.ts'
import {
  createOpeningCounter,
  mostOpeningsPerHour,
  mostOpeningsPerNetwork,
  mostOpeningsPerNetworkAndVideo,
} from './opening-counter.ts'
import { createVisitorReader } from './visitor.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

test('a visitor is a country, a device, a language and what speaks against counting; not an address', () => {
  const read = createVisitorReader()
  const request = { videoId: 'v', address: '91.198.174.192', userAgent: firefox, acceptLanguage: 'nl-NL,nl;q=0.9' }
  const visitor = read(request)
  expect(visitor).toEqual({
    country: 'NL',
    device: 'desktop',
    language: 'nl',
    agent: crc32(firefox),
    isHosting: false,
    isExcess: false,
  })
  expect(JSON.stringify(visitor)).not.toContain('91.198')
})

describe('the country of an address', () => {
  test.each([
    ['8.8.8.8', 'US'],
    ['::ffff:8.8.8.8', 'US'],
    ['2001:4860:4860::8888', 'US'],
    ['193.0.6.139', 'NL'],
    ['202.12.29.175', 'AU'],
  ])('%s is in %s', (address, country) => expect(countryOf(address)).toBe(country))

  test.each([
    ...['10.1.2.3', '172.31.0.1', '192.168.1.1', '127.0.0.1', '169.254.1.1', '100.64.0.1', '::ffff:192.168.1.1'],
    ...['::1', 'fe80::1', 'fe80::1%eth0', 'fd00::1', '203.0.113.5', '2001:db8::1', '0.0.0.0', '', 'nonsense'],
  ])('there is none of "%s"', (address) => expect(countryOf(address)).toBe(''))
})

describe('the device of a browser', () => {
  test.each([
    [firefox, 'desktop'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'desktop',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1',
      'mobile',
    ],
    [
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'mobile',
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1',
      'tablet',
    ],
    [
      'Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/6.0 TV Safari/538.1',
      'tv',
    ],
    ['Googlebot/2.1 (+http://www.google.com/bot.html)', ''],
    ['curl/8.5.0', ''],
    ['', ''],
  ])('%.60s is "%s"', (agent, device) => expect(deviceOf(agent)).toBe(device))
})

test.each([
  ['en-GB,en;q=0.9', 'en'],
  ['ZH-Hans-CN, zh;q=0.8', 'zh'],
  ['fil', 'fil'],
  ['*', ''],
  ['', ''],
  ['x'.repeat(500), ''],
])('the first language of "%.30s" is "%s"', (header, language) => expect(languageOf(header)).toBe(language))

describe('a list of networks', () => {
  const networks = parseNetworks('# one\n10.0.0.0/8\n10.2.0.0/16 # inside\n\n192.0.2.7\n2001:db8::/32\n 11.0.0.0/9 \n')

  test.each(['10.0.0.0', '10.255.255.255', '::ffff:10.1.1.1', '192.0.2.7', '2001:db8:ffff::1', '11.127.0.1'])(
    'holds %s',
    (address) => expect(networks.has(address)).toBe(true),
  )
  test.each(['9.255.255.255', '11.128.0.0', '192.0.2.8', '2001:db9::', '::a00:1', '', 'x'])(
    'does not hold "%s"',
    (address) => expect(networks.has(address)).toBe(false),
  )
  test.each(['10.0.0.0/33', '10.0.0/8', 'example.com', '::/129', '10.0.0.0/x'])('names the line "%s"', (line) =>
    expect(() => parseNetworks(`10.0.0.0/8\n${line}`)).toThrow(/^Line 2 is no network/),
  )
})

describe('data centres', () => {
  const read = createVisitorReader()
  const isHosting = (address: string, reader = read) =>
    reader({ videoId: 'v', address, userAgent: firefox, acceptLanguage: '' }).isHosting

  test.each(['3.5.140.2', '34.64.4.1', '20.200.1.1', '116.203.1.1', '2a01:4f8::1', '2600:1f18::1'])(
    '%s is known as one',
    (address) => expect(isHosting(address)).toBe(true),
  )
  test.each(['91.198.174.192', '86.80.1.1', '24.5.6.7', '2003:e8::1', '127.0.0.1', '192.168.1.1', '104.28.1.1', ''])(
    '"%s" is not',
    (address) => expect(isHosting(address)).toBe(false),
  )

  test('may be listed by the owner of the site instead', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'networks-'))
    try {
      const hostingNetworksFile = join(folder, 'networks')
      await writeFile(hostingNetworksFile, '86.80.0.0/16\n')
      const mine = createVisitorReader({ hostingNetworksFile })
      expect([isHosting('86.80.1.1', mine), isHosting('3.5.140.2', mine)]).toEqual([true, false])
      await writeFile(hostingNetworksFile, 'not a network\n')
      expect(() => createVisitorReader({ hostingNetworksFile })).toThrow(StartError)
      expect(() => createVisitorReader({ hostingNetworksFile: join(folder, 'none') })).toThrow(/HOSTING_NETWORKS_FILE/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('one viewer who opens one video again and again', () => {
  const opening = { videoId: 'v', network: '91.198.174', userAgent: firefox }
  const open = (count: number, isExcess: ReturnType<typeof createOpeningCounter>, fromMs: number) =>
    Array.from({ length: count }, (_, at) => isExcess(opening, fromMs + at)).filter(Boolean).length

  test('is believed sixty times within an hour, and not the sixty-first', () => {
    const isExcess = createOpeningCounter()
    expect(open(mostOpeningsPerHour, isExcess, 0)).toBe(0)
    expect(open(3, isExcess, 1_000)).toBe(3)
  })

  test('is believed again once an hour has passed', () => {
    const isExcess = createOpeningCounter()
    open(mostOpeningsPerHour + 40, isExcess, 0)
    expect(isExcess(opening, 59 * 60_000)).toBe(true)
    expect(isExcess(opening, 61 * 60_000)).toBe(false)
  })

  test('is another viewer with another browser, network or video', () => {
    const isExcess = createOpeningCounter()
    open(mostOpeningsPerHour, isExcess, 0)
    for (const other of [{ userAgent: 'x' }, { network: '1.2.3' }, { videoId: 'w' }]) {
      expect(isExcess({ ...opening, ...other }, 1)).toBe(false)
    }
  })
})

describe('one network from which many openings come', () => {
  type Counter = ReturnType<typeof createOpeningCounter>

  /** Each browser opens the video twice; tells how many openings were too many. */
  function openAs(
    browsers: number,
    isExcess: Counter,
    what: { videoId?: string; network?: string; atMs?: number } = {},
  ) {
    const { videoId = 'v', network = '91.198.174', atMs = 0 } = what
    const openings = Array.from({ length: browsers * 2 }, (_, at) => ({ videoId, network, userAgent: `${at >> 1}` }))
    return openings.filter((opening) => isExcess(opening, atMs)).length
  }

  test('is believed as often as ten classes open one video, whatever its browsers call themselves', () => {
    const isExcess = createOpeningCounter()
    expect(openAs(mostOpeningsPerNetworkAndVideo, isExcess)).toBe(mostOpeningsPerNetworkAndVideo)
    expect(openAs(1, isExcess, { network: '91.198.175' })).toBe(0)
    expect(openAs(1, isExcess, { videoId: 'w' })).toBe(0)
    expect(openAs(1, isExcess, { atMs: 61 * 60_000 })).toBe(0)
  })

  test('is believed so often with all videos together, and no oftener', () => {
    const isExcess = createOpeningCounter()
    for (let video = 0; video < 20; video++)
      expect(openAs(mostOpeningsPerNetwork / 40, isExcess, { videoId: `${video}` })).toBe(0)
    expect(openAs(1, isExcess, { videoId: 'another' })).toBe(2)
    expect(openAs(1, isExcess, { videoId: 'another', network: '91.198.175' })).toBe(0)
  })

  test('is not used up by one person who opens without end', () => {
    const isExcess = createOpeningCounter()
    for (let time = 0; time < 1_000; time++) isExcess({ videoId: 'v', network: '91.198.174', userAgent: firefox }, time)
    expect(openAs(1, isExcess)).toBe(0)
  })
})
