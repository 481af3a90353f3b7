import { createServer } from 'node:http'
import { listen } from '../../services/program/listen.ts'
import { runProgram } from '../../services/program/run-program.ts'

// The least that a collector could do: read the same body, parse the same JSON, answer 204 and keep nothing.
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString())
    response.writeHead(204).end()
  })
})

await runProgram(async () => ({
  port: await listen(server, 0, '127.0.0.1'),
  async stop() {
    server.closeAllConnections()
    server.close()
  },
}))
