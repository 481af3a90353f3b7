import type { SmallerKept } from '#catalog/smaller.ts'
import type { Ladder } from '../media/ladder/choose-ladder.ts'
import type { PicturePart } from '../media/ladder/choose-parts.ts'
import type { PartResult } from '../media/ladder/part-result.ts'
import type { Source } from '../media/source/source.ts'

/** What is known and made so far; kept after each step, so that a stop costs one step at most. */
export interface SmallerState {
  plan?: SmallerPlan
  /** By the name of the rendition. */
  rungs?: Record<string, RungState>
}

export interface SmallerPlan {
  source: Source
  /** Of what is published; its renditions are those that are named there. */
  ladder: Ladder
  /** Cut where the published segments are, so that players can change between both at each of them. */
  parts: CountedPart[]
}

export type CountedPart = PicturePart & { frames: number }

export interface RungState {
  /** Null where AV1 would not be smaller enough. */
  rateFactor: number | null
  /** In the order of the plan. */
  parts: MadeSmaller[]
}

export interface MadeSmaller {
  result: PartResult
  likeness: Likeness
}

/** AV1 beside the H.264 of the same pictures. */
export interface Likeness {
  bytes: number
  usualBytes: number
  ssim: number
  usualSsim: number
  frames: number
}

/** As it was kept: each part by itself, all else together. */
export function readKept({ state, parts }: Pick<SmallerKept, 'state' | 'parts'>): SmallerState {
  const { plan, rungs = {} } = state as SmallerState
  if (!plan) return {}
  const read = Object.entries(rungs).map(([name, { rateFactor }]) => {
    const own = parts.filter(({ rung }) => rung === name)
    return [name, { rateFactor, parts: own.map(({ made }) => made as MadeSmaller) }]
  })
  return { plan, rungs: Object.fromEntries(read) }
}

export type SmallerStep =
  | { kind: 'plan' }
  | { kind: 'try'; rung: string }
  | { kind: 'part'; rung: string; part: number }
  | { kind: 'publish' }
  | { kind: 'leave' }

/**
 * The next step. A player keeps to one codec while the line changes, so AV1 is made in every size or in none, and the first
 * size that is not worth it ends the work. Sizes are tried before any is made.
 */
export function nextStep({ plan, rungs = {} }: SmallerState): SmallerStep {
  if (!plan) return { kind: 'plan' }
  const names = plan.ladder.renditions.map(({ name }) => name)
  if (names.some((name) => rungs[name]?.rateFactor === null)) return { kind: 'leave' }
  const untried = names.find((name) => !rungs[name])
  if (untried) return { kind: 'try', rung: untried }
  for (const name of names) {
    const { parts } = rungs[name]!
    if (parts.length < plan.parts.length) return { kind: 'part', rung: name, part: parts.length }
    if (!isSmaller(sumOf(parts))) return { kind: 'leave' }
  }
  return { kind: 'publish' }
}

/** By a fifth at least, and nobody could see it. */
export function isSmaller({ bytes, usualBytes, ssim, usualSsim }: Likeness): boolean {
  return bytes <= usualBytes * 0.8 && ssim >= usualSsim - sameSsim
}

// What one and the same picture differs by from one encoding to the next.
const sameSsim = 0.001

function sumOf(parts: MadeSmaller[]): Likeness {
  const all = parts.map(({ likeness }) => likeness)
  const frames = sum(all, (one) => one.frames)
  return {
    bytes: sum(all, (one) => one.bytes),
    usualBytes: sum(all, (one) => one.usualBytes),
    ssim: sum(all, (one) => one.ssim * one.frames) / frames,
    usualSsim: sum(all, (one) => one.usualSsim * one.frames) / frames,
    frames,
  }
}

function sum<Value>(values: Value[], of: (value: Value) => number): number {
  return values.reduce((total, value) => total + of(value), 0)
}
