import { type Cue, captionLimits } from '#contract/captions.ts'

/** A cue of the editor, which finds it again by its id however it is changed and moved. */
export interface EditedCue extends Cue {
  id: number
}

export type EditedCues = readonly EditedCue[]

let lastId = 0

export function edited(cues: readonly Cue[]): EditedCue[] {
  return cues.map((cue) => ({ ...cue, id: ++lastId }))
}

export function changeCue(cues: EditedCues, id: number, change: Partial<Cue>): EditedCue[] {
  return cues.map((cue) => (cue.id === id ? { ...cue, ...change } : cue))
}

/** A new one right after another, or at `atMs` where there is none; it ends before the next begins if there is room at all. */
export function addCue(cues: EditedCues, afterId: number | null, atMs = 0): { cues: EditedCue[]; id: number } {
  const index = cues.findIndex((cue) => cue.id === afterId)
  const startMs = Math.min(cues[index]?.endMs ?? atMs, captionLimits.endMs - usualMs)
  const nextMs = cues[index + 1]?.startMs ?? Number.POSITIVE_INFINITY
  const endMs = nextMs - startMs >= shortestMs ? Math.min(startMs + usualMs, nextMs) : startMs + usualMs
  const [cue] = edited([{ startMs, endMs, text: '' }]) as [EditedCue]
  return { cues: cues.toSpliced(index + 1, 0, cue), id: cue.id }
}

const usualMs = 2_000
const shortestMs = 500

/** In two: the text at `offset`, the time in the same proportion, so that each half has as long as it has to read. */
export function splitCue(cues: EditedCues, id: number, offset: number): { cues: EditedCue[]; id: number } | null {
  const index = cues.findIndex((cue) => cue.id === id)
  const cue = cues[index]
  if (!cue || cue.endMs - cue.startMs < 2) return null
  const at = offset > 0 && offset < cue.text.length ? offset : middleOf(cue.text)
  const share = cue.text.length > 0 ? at / cue.text.length : 0.5
  const splitMs = Math.round(cue.startMs + share * (cue.endMs - cue.startMs))
  const middleMs = Math.min(Math.max(splitMs, cue.startMs + 1), cue.endMs - 1)
  const first = { ...cue, endMs: middleMs, text: cue.text.slice(0, at).trim() }
  const [second] = edited([{ ...cue, startMs: middleMs, text: cue.text.slice(at).trim() }]) as [EditedCue]
  return { cues: cues.toSpliced(index, 1, first, second), id: second.id }
}

/** The space or line end that is nearest to the middle. */
function middleOf(text: string): number {
  const half = Math.floor(text.length / 2)
  for (let distance = 0; distance <= half; distance++)
    for (const at of [half - distance, half + distance]) if (/\s/.test(text[at] ?? '')) return at
  return half
}

export function mergeWithNext(cues: EditedCues, id: number): EditedCue[] | null {
  const index = cues.findIndex((cue) => cue.id === id)
  const [cue, next] = [cues[index], cues[index + 1]]
  if (!cue || !next) return null
  const text = [cue.text, next.text].filter((part) => part.trim() !== '').join('\n')
  return cues.toSpliced(index, 2, { ...cue, endMs: Math.max(cue.endMs, next.endMs), text })
}

export function deleteCue(cues: EditedCues, id: number): EditedCue[] {
  return cues.filter((cue) => cue.id !== id)
}

/** All by the same time, and never so far that one would leave the clock: they keep their distances. */
export function shiftAll(cues: EditedCues, byMs: number): EditedCue[] {
  const shiftMs = Math.min(Math.max(byMs, -earliest(cues)), captionLimits.endMs - latest(cues))
  return cues.map((cue) => ({ ...cue, startMs: cue.startMs + shiftMs, endMs: cue.endMs + shiftMs }))
}

function earliest(cues: EditedCues): number {
  return cues.reduce((least, cue) => Math.min(least, cue.startMs, cue.endMs), captionLimits.endMs)
}

function latest(cues: EditedCues): number {
  return cues.reduce((most, cue) => Math.max(most, cue.startMs, cue.endMs), 0)
}

/** The one that is to be seen at a time, else the last before it; -1 where none is. */
export function cueAt(cues: EditedCues, atMs: number): number {
  const shown = cues.findIndex((cue) => cue.startMs <= atMs && atMs < cue.endMs)
  return shown >= 0 ? shown : cues.findLastIndex((cue) => cue.startMs <= atMs)
}

/** What was saved, as it was saved: sorted and cleaned, each still the cue that it was. */
export function asSaved(cues: EditedCues, saved: readonly Cue[]): EditedCue[] {
  if (saved.length !== cues.length) return edited(saved)
  const sorted = cues.toSorted((one, other) => one.startMs - other.startMs || one.endMs - other.endMs)
  return saved.map((cue, index) => ({ ...cue, id: sorted[index]!.id }))
}
