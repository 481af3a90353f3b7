import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StartError } from './read-config.ts'

/** Resolves with the port that was given, which matters when 0 was asked for. Throws a StartError with a plain sentence. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new StartError(sentence(error, port, host), { cause: error })),
    )
    server.listen(port, host, resolve)
  })
  return (server.address() as AddressInfo).port
}

/** Stops accepting, lets requests in flight finish, and cuts what is still there after the grace period. */
export async function closeServer(server: Server, graceMs = 3_000): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  server.closeIdleConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  clearTimeout(cut)
}

function sentence(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EADDRINUSE') return `Port ${port} is taken by another program; stop it or choose another port.`
  if (error.code === 'EACCES') return `Port ${port} may not be used by this user; choose one above 1024.`
  return `Could not listen on ${host}:${port} (${error.code ?? error.message}).`
}
