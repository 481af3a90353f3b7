import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { listen } from '../../services/program/listen.ts'
import { runProgram } from '../../services/program/run-program.ts'

// The least that a file server could do: no token, no cache, no validators; a file of a folder from disk to socket.
const folder = process.env.FOLDER!
const server = createServer((request, response) => {
  send(join(folder, request.url!), response).catch(() => response.destroy())
})

async function send(path: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': (await stat(path)).size })
  await pipeline(createReadStream(path), response)
}

await runProgram(async () => ({
  port: await listen(server, 0, '127.0.0.1'),
  async stop() {
    server.closeAllConnections()
    server.close()
  },
}))
