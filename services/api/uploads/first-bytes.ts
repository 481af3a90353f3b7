import type { Readable } from 'node:stream'

/** What came first of a body, or nothing where it ends before; whoever reads the body afterwards gets it all. */
export async function firstBytes(body: Readable): Promise<Buffer> {
  if (body.readableLength === 0 && !body.readableEnded && !body.destroyed) await somethingOf(body)
  const piece: Buffer | null = body.destroyed ? null : body.read()
  if (!piece) return Buffer.alloc(0)
  body.unshift(piece)
  return piece
}

function somethingOf(body: Readable): Promise<void> {
  return new Promise((resolve) => {
    const heard = () => {
      for (const event of events) body.off(event, heard)
      resolve()
    }
    for (const event of events) body.on(event, heard)
  })
}

const events = ['readable', 'end', 'close', 'error'] as const
