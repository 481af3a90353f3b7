import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The baseline of the upload figures: a body goes to a file, is fsynced, and that is all. */
const folder = process.argv[2]!
const server = createServer(async (request, response) => {
  await pipeline(request, createWriteStream(join(folder, randomUUID()), { flush: true }))
  response.writeHead(204).end()
})
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
