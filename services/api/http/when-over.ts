import type { Request, Response } from 'express'

/**
 * Runs the deed once the answer is over, sent or given up; at once where that was so already. Whoever waited for anything
 * since the request came must not listen for 'close' alone: it may have been told before, and is told once.
 */
export function whenOver(request: Request, response: Response, deed: () => void): void {
  const { socket } = request
  if (response.destroyed || socket.destroyed) {
    deed()
    return
  }
  const once = () => {
    response.off('close', once)
    socket.off('close', once)
    deed()
  }
  response.once('close', once)
  // Node 20 does not tell an answer that waits behind another one on the same connection that this was closed.
  socket.setMaxListeners(0).once('close', once)
}

/** Aborted once the answer is over: nobody is there to read any more. */
export function leftSignal(request: Request, response: Response): AbortSignal {
  const left = new AbortController()
  whenOver(request, response, () => left.abort())
  return left.signal
}
