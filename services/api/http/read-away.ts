import type { Request, Response } from 'express'

// Of a sender who only looks for an answer once he has sent all, or can't go on sending.
const mostMs = 5_000
const mostBytes = 64 * 1024 * 1024

/**
 * For an answer that comes before the end of a body: what still arrives is read and dropped for a while, so that browsers
 * get to read the answer, and then the connection ends. Ended at once, it would take the answer with it.
 */
export function readAway(request: Request, response: Response): void {
  response.once('finish', () => {
    if (request.complete || request.destroyed) return
    let leftBytes = mostBytes
    const end = () => request.destroy()
    const patience = setTimeout(end, mostMs)
    request
      .on('data', (piece: Buffer) => {
        leftBytes -= piece.length
        if (leftBytes < 0) end()
      })
      .once('close', () => clearTimeout(patience))
      .on('error', () => {})
      .resume()
  })
}
