import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testLimits } from '#support/import-limits.ts'
import type { ImportLimits } from './import-limits.ts'
import { openRemote } from './open-remote.ts'
import { readContentRange, strongValidator } from './remote-headers.ts'

const servers: Server[] = []
let hits = 0
let inside: number

beforeEach(async () => {
  hits = 0
  // Stands for what is behind the firewall: testLimits allow 127.0.0.1 alone.
  inside = await serve((_request, response) => {
    hits++
    response.end()
  }, '127.0.0.2')
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function serve(listener: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

async function open(url: string, limits: Partial<ImportLimits> = {}) {
  const file = await openRemote(url, null, { ...testLimits, ...limits }, new AbortController().signal)
  file.body.destroy()
  return file
}

describe('redirects', () => {
  test.each([
    ['a private address', () => `http://127.0.0.2:${inside}/`, 'private'],
    ['a private address in another notation', () => `http://0x7f.2:${inside}/`, 'private'],
    ['an address with a name and password', () => `http://a:b@127.0.0.1:${inside}/`, 'credentials'],
    ['another scheme', () => `gopher://127.0.0.1:${inside}/`, 'scheme'],
  ])('to %s are refused, and nobody is called there', async (_name, location, reason) => {
    const port = await serve((_request, response) => response.writeHead(302, { Location: location() }).end())
    await expect(open(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ reason })
    expect(hits).toBe(0)
  })

  test('to a port that is not allowed are refused', async () => {
    const port: number = await serve((_request, response) =>
      response.writeHead(307, { Location: `http://127.0.0.1:${inside}/` }).end(),
    )
    await expect(open(`http://127.0.0.1:${port}/`, { ports: [port] })).rejects.toMatchObject({ reason: 'port' })
  })

  test('to a name that leads inside the second time it is asked for are refused', async () => {
    const port = await serve((_request, response) => response.writeHead(302, { Location: '/again' }).end())
    const answers = ['127.0.0.1', '127.0.0.2']
    const resolve = async () => [{ address: answers.shift()!, family: 4 }]
    await expect(open(`http://flips.example:${port}/`, { resolve })).rejects.toMatchObject({ reason: 'private' })
    expect(answers).toEqual([])
    expect(hits).toBe(0)
  })

  test('are followed three times and no more', async () => {
    const port = await serve((request, response) => {
      const left = Number(request.url!.slice(1))
      if (left === 0) return response.end('film')
      response.writeHead(302, { Location: String(left - 1) }).end()
    })
    expect(await open(`http://127.0.0.1:${port}/3`)).toMatchObject({ startByte: 0, totalBytes: 4 })
    await expect(open(`http://127.0.0.1:${port}/4`)).rejects.toMatchObject({ code: 'import_redirects' })
  })
})

test('of who asks, nothing is told but what he asks for', async () => {
  let seen: Record<string, unknown> = {}
  const port = await serve((request, response) => {
    seen = request.headers
    response.end('film')
  })
  await open(`http://127.0.0.1:${port}/`)
  expect(Object.keys(seen).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
})

test('only what surely names the same bytes is a validator', () => {
  const date = 'Mon, 05 Jan 2026 12:00:00 GMT'
  expect(strongValidator({ etag: '"one"' })).toBe('"one"')
  expect(strongValidator({ etag: 'W/"one"', 'last-modified': date, date })).toBeNull()
  expect(strongValidator({ 'last-modified': 'Mon, 05 Jan 2026 11:00:00 GMT', date })).toBe(
    'Mon, 05 Jan 2026 11:00:00 GMT',
  )
  expect(strongValidator({ 'last-modified': date, date })).toBeNull()
  expect(strongValidator({})).toBeNull()
})

test('a range is read only where it is one', () => {
  expect(readContentRange('bytes 5-9/10')).toEqual({ start: 5, end: 9, total: 10 })
  expect(readContentRange('bytes 5-9/*')).toEqual({ start: 5, end: 9, total: null })
  for (const odd of ['', 'bytes */10', 'bytes -5-9/10', 'items 0-1/2']) expect(readContentRange(odd)).toBeNull()
})
