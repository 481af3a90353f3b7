import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { postWebhook } from './post-webhook.ts'

let servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers = [...servers, server]
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://localhost:${(server.address() as AddressInfo).port}/hook?a=1`
}

function send(url: string, what: { allowPrivate?: boolean; signal?: AbortSignal } = {}) {
  const signal = what.signal ?? new AbortController().signal
  return postWebhook(url, { headers: { 'X-Test': 'yes' }, body: '{"a":"ü"}', allowPrivate: true, ...what, signal })
}

test('the body and the headers arrive, and any 2xx is a delivery', async () => {
  let seen = ''
  const url = await serve(async (request, response) => {
    seen = `${request.method} ${request.url} ${request.headers['x-test']} ${request.headers.host} ${Buffer.concat(await request.toArray())}`
    response.writeHead(204).end()
  })
  expect(await send(url)).toEqual({ isDelivered: true, message: 'Your server answered 204.' })
  expect(seen).toBe(`POST /hook?a=1 yes ${new URL(url).host} {"a":"ü"}`)
})

test('private addresses are refused, whether named, written out or hidden in another notation', async () => {
  let isReached = false
  const url = await serve((_request, response) => {
    isReached = true
    response.end()
  })
  const { port } = new URL(url)
  for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433', '0']) {
    const result = await send(`http://${host}:${port}/`, { allowPrivate: false })
    expect(result, host).toMatchObject({ isDelivered: false, message: expect.stringContaining('private network') })
  }
  expect(isReached).toBe(false)
})

test('a redirect is an answer like any other and is not followed', async () => {
  let isFollowed = false
  const other = await serve((_request, response) => {
    isFollowed = true
    response.end()
  })
  const url = await serve((_request, response) => {
    response.writeHead(307, { Location: other }).end()
  })
  expect(await send(url)).toEqual({ isDelivered: false, message: 'Your server answered 307.' })
  expect(isFollowed).toBe(false)
})

test('of an endless answer no more than the first kilobyte is read', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(500)
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(1_000)));
    }
    response.on('drain', pour)
    pour()
  })
  const result = await send(url)
  expect(result.isDelivered).toBe(false)
  expect(result.message).toBe(`Your server answered 500. ${'x'.repeat(1_024)}`)
})

test('a server that never answers and one that is not there are failures with a sentence', async () => {
  const silent = await serve(() => {})
  expect(await send(silent)).toEqual({ isDelivered: false, message: 'Your server did not answer within 5 seconds.' })
  const url = await serve(() => {})
  await new Promise<unknown>((resolve) => servers.pop()!.close(resolve))
  expect(await send(url)).toEqual({ isDelivered: false, message: 'Nothing listens at the address of your server.' })
  expect(await send('http://nobody.invalid/')).toMatchObject({ isDelivered: false })
})

test('a stop of the program ends a try at once', async () => {
  const stopping = new AbortController()
  const url = await serve(() => stopping.abort())
  expect((await send(url, { signal: stopping.signal })).isDelivered).toBe(false)
})
