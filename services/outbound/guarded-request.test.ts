import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { guardedRequest, type OutboundRequest } from './guarded-request.ts'
import { isPublicAddress } from './is-public-address.ts'

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function serve(listener: RequestListener, host = '127.0.0.1', port = 0): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  return (server.address() as AddressInfo).port
}

function get(url: string, options: Partial<OutboundRequest> = {}) {
  const signal = new AbortController().signal
  return guardedRequest(url, { method: 'GET', headers: {}, isAllowed: isPublicAddress, signal, ...options })
}

test('a name is looked up once, and connected to the very address that was checked', async () => {
  const hits = { outside: 0, inside: 0 }
  const port = await serve((_request, response) => {
    hits.outside++
    response.end('outside')
  }, '127.0.0.2')
  await serve(
    (_request, response) => {
      hits.inside++
      response.end('inside')
    },
    '127.0.0.1',
    port,
  )
  const answers = ['127.0.0.2', '127.0.0.1']
  let lookUps = 0
  const response = await get(`http://flips.example:${port}/`, {
    isAllowed: (address) => address === '127.0.0.2',
    resolve: async () => [{ address: answers[lookUps++]!, family: 4 }],
  })
  expect(Buffer.concat(await response.toArray()).toString()).toBe('outside')
  expect({ ...hits, lookUps }).toEqual({ outside: 1, inside: 0, lookUps: 1 })
})

test('a name with one private address among public ones is refused as a whole', async () => {
  let hits = 0
  const port = await serve((_request, response) => {
    hits++
    response.end()
  })
  const resolve = async () => [
    { address: '93.184.216.34', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ]
  await expect(get(`http://both.example:${port}/`, { resolve })).rejects.toMatchObject({ reason: 'private' })
  expect(hits).toBe(0)
})

test.each(['localhost', 'localhost.', 'LOCALHOST', 'ｌocalhost'])('the name %s leads nowhere', async (host) => {
  let hits = 0
  const port = await serve((_request, response) => {
    hits++
    response.end()
  })
  // Some systems don't look up a name with a dot at its end.
  await expect(get(`http://${host}:${port}/`)).rejects.toThrow(/refused: private|ENOTFOUND/)
  expect(hits).toBe(0)
})

test('nobody waits for a look-up that never ends once the signal tells', async () => {
  const leaving = new AbortController()
  const asked = get('http://slow.example/', { signal: leaving.signal, resolve: () => new Promise(() => {}) })
  leaving.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
})

test('a body that breaks off after its head is an error of the reader and of nobody else', async () => {
  const port = await serve((request, response) => {
    response.writeHead(200, { 'Content-Length': 1_000 })
    response.write('the beginning', () => request.socket.destroy())
  })
  const response = await get(`http://127.0.0.1:${port}/`, { isAllowed: () => true })
  await expect(response.toArray()).rejects.toMatchObject({ code: 'ECONNRESET' })
})
