import type { VideoImport } from '#contract/imports.ts'
import type { Format } from './format.ts'
import type { Words } from './words/words.ts'

// Under two seconds a countdown is noise.
const leastSecondsLeft = 2

/** How far an import is, in one to three short sentences. */
export function importSentence(one: VideoImport, { imports }: Pick<Words, 'imports'>, format: Format): string {
  const { state, receivedBytes, totalBytes, bytesPerSecond, secondsLeft } = one
  if (state === 'waiting') return imports.waiting
  if (receivedBytes === 0) return imports.asking
  const bytes = format.bytes(receivedBytes)
  return [
    totalBytes === null ? imports.received(bytes) : imports.receivedOf(bytes, format.bytes(totalBytes)),
    ...(bytesPerSecond > 0 ? [imports.speed(format.bytes(bytesPerSecond))] : []),
    ...(secondsLeft !== null && secondsLeft >= leastSecondsLeft
      ? [imports.left(format.span(secondsLeft * 1_000))]
      : []),
  ].join(imports.between)
}
