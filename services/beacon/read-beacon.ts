import { AppError } from '#contract/errors.ts'
import { type Beacon, beaconSchema } from '#contract/play-state.ts'

/** Throws `bad_json`, or `beacon_invalid` with the names of the fields that are not as documented. */
export function readBeacon(body: string): Beacon {
  const value = parseJson(body)
  if (isBeacon(value)) return value
  const result = beaconSchema.safeParse(value)
  if (result.success) return result.data
  const fields = result.error.issues.map((issue) => issue.path.join('.') || 'the body')
  throw new AppError('beacon_invalid', `The beacon does not have the documented shape; look at ${fields.join(', ')}.`)
}

/**
 * The schema of the contract once more, by hand, since it is asked for every beacon and is five times as fast.
 * It may refuse what the schema takes, which is then asked, but never take what the schema refuses; a test holds that.
 */
export function isBeacon(value: unknown): value is Beacon {
  if (!isObject(value) || !isObject(value.state)) return false
  return typeof value.token === 'string' && value.token.length <= 2048 && isSequence(value.seq) && isState(value.state)
}

function isState(state: Record<string, unknown>): boolean {
  return (
    typeof state.visible === 'boolean' &&
    (state.started === 'no' || state.started === 'person' || state.started === 'autoplay') &&
    isWhole(state.watchedMs, mostMilliseconds) &&
    isWhole(state.hiddenMs, mostMilliseconds) &&
    isCovered(state.covered) &&
    (state.repeated === undefined || isCovered(state.repeated)) &&
    isWhole(state.repeats, mostTimes) &&
    isWhole(state.positionMs, mostMilliseconds) &&
    isWhole(state.startupMs, mostMilliseconds) &&
    isWhole(state.stalls, mostTimes) &&
    isWhole(state.stallMs, mostMilliseconds) &&
    isWhole(state.errors, mostTimes) &&
    isWhole(state.quality, mostTimes) &&
    isWhole(state.playerWidth, mostTimes) &&
    isWhole(state.playerHeight, mostTimes) &&
    typeof state.fullscreenBlocked === 'boolean' &&
    typeof state.autoplayBlocked === 'boolean' &&
    typeof state.sandboxed === 'boolean' &&
    (state.playing === undefined || typeof state.playing === 'boolean')
  )
}

const mostMilliseconds = 0xffff_ffff
const mostTimes = 0xffff
const coveredPattern = /^[0-9a-f]{25}$/

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isSequence(value: unknown): boolean {
  return isWhole(value, 1_000_000) && value !== 0
}

function isWhole(value: unknown, most: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= most && Number.isInteger(value)
}

function isCovered(value: unknown): boolean {
  return typeof value === 'string' && coveredPattern.test(value)
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new AppError('bad_json', undefined, { cause })
  }
}
