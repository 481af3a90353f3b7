import { AppError } from '#contract/errors.ts'

// An export is the dearest thing that one request can ask for; pages must stay quick beside them.
const mostAtOnce = 12
const mostPerAddress = 3
const running = new Map<string, number>()

/** Takes a place and gives what frees it again. Throws `too_many_requests` or `unavailable`. */
export function takeExportPlace(address: string): () => void {
  const own = running.get(address) ?? 0
  const all = [...running.values()].reduce((sum, count) => sum + count, 0)
  if (own >= mostPerAddress)
    throw new AppError('too_many_requests', `${mostPerAddress} exports of yours are running; wait until one is done.`)
  if (all >= mostAtOnce) throw new AppError('unavailable', 'Many exports are running; try again in a minute.')
  running.set(address, own + 1)
  return () => {
    const left = (running.get(address) ?? 1) - 1
    if (left > 0) running.set(address, left)
    else running.delete(address)
  }
}
