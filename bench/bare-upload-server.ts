import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/**
 * The baseline of the upload figures: a body goes to a file and is fsynced once, as ours is (tus: once per request). It has
 * no gateway in front, moves no file to its place and makes no row: these are ours to pay.
 */
const folder = process.argv[2]!
const server = createServer(async (request, response) => {
  await pipeline(request, createWriteStream(join(folder, randomUUID()), { flush: true }))
  response.writeHead(204).end()
})
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
