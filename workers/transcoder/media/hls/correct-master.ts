import { posix } from 'node:path'
import type { Fault } from './validate-hls-rendition.ts'

/** A master playlist that says of its variants what was measured, where it said something else. */
export function correctMaster(master: string, faults: Fault[]): string {
  const lines = master.split('\n')
  for (const { path, truth } of faults) {
    if (!truth) continue
    const at = lines.findIndex((line) => posix.normalize(line) === path) - 1
    // Behind a comma or the colon, since one name is the end of another.
    const claim = new RegExp(`([:,]${truth.attribute}=)[^,"]*`)
    if (at >= 0) lines[at] = lines[at]!.replace(claim, `$1${truth.value}`)
  }
  return lines.join('\n')
}
