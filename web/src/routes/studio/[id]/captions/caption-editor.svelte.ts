import { type CueFault, cueFault } from '#contract/captions/check-cues.ts'
import type { CaptionDocument, CaptionKind, Cue } from '#contract/captions.ts'
import { ApiError } from '#web/api/write.ts'
import type { CaptionsApi } from './captions-api.ts'
import { asSaved, type EditedCues, edited } from './edit-cues.ts'
import { type RefusedTimes, type TimeEdge, withoutSettled, withRefused } from './refused-times.ts'

/** What the editor opens: a track that there is, or a language to begin with. */
export interface Opened {
  language: string
  label: string
  kind: CaptionKind
  /** Null for a track that is not stored yet. */
  etag: string | null
  cues: Cue[]
}

const pageSize = 50
const undoSteps = 200

/** The cues of one track while somebody works on them: what they are, what they were, and what is stored. */
export class CaptionEditor {
  readonly opened: Opened
  cues = $state.raw<EditedCues>([])
  page = $state(0)
  phase = $state<'rest' | 'busy' | 'saved'>('rest')
  /** Somebody else has changed the track since it was opened. */
  isConflict = $state(false)
  /** What stands in fields of time and is none; it is to be mended before anything is called saved. */
  refused = $state.raw<RefusedTimes>(new Map())
  #stored = $state.raw<EditedCues>([])
  #past = $state.raw<readonly EditedCues[]>([])
  #step = ''
  #etag: string | null
  #api: CaptionsApi

  isChanged = $derived(this.cues !== this.#stored || this.refused.size > 0)
  canUndo = $derived(this.#past.length > 0)
  pages = $derived(Math.max(1, Math.ceil(this.cues.length / pageSize)))
  shown = $derived.by(() => {
    const from = Math.min(this.page, this.pages - 1) * pageSize
    return this.cues.slice(from, from + pageSize).map((cue, index) => ({ cue, number: from + index + 1 }))
  })
  faults = $derived.by(() => {
    const faults = new Map<number, CueFault | 'time'>()
    for (const cue of this.cues) {
      const fault = cueFault(cue) ?? (this.refused.has(cue.id) ? 'time' : null)
      if (fault) faults.set(cue.id, fault)
    }
    return faults
  })

  constructor(api: CaptionsApi, opened: Opened) {
    this.#api = api
    this.opened = opened
    this.#etag = opened.etag
    this.cues = this.#stored = edited(opened.cues)
  }

  /** Letters that are typed into one field are one step of undo: they come under the same name. */
  change(cues: EditedCues | null, step = ''): void {
    if (!cues) return
    if (step === '' || step !== this.#step) this.#past = [...this.#past, this.cues].slice(-undoSteps)
    this.#step = step
    this.#show(cues)
  }

  /** A field of time holds what is no time; null once it does not. */
  refuse(id: number, edge: TimeEdge, text: string | null): void {
    this.refused = withRefused(this.refused, id, edge, text)
    this.phase = 'rest'
  }

  undo(): void {
    const before = this.#past.at(-1)
    if (!before) return
    this.#past = this.#past.slice(0, -1)
    this.#step = ''
    this.#show(before)
  }

  #show(cues: EditedCues): void {
    this.refused = withoutSettled(this.refused, this.cues, cues)
    this.cues = cues
    this.phase = 'rest'
  }

  /** Turns to the page on which a cue is. */
  showCue(index: number): void {
    if (index >= 0) this.page = Math.floor(index / pageSize)
  }

  /** Throws ApiError for everything but a conflict, which is to be decided. `isOver` saves over what others did. */
  async save(isOver = false): Promise<CaptionDocument | null> {
    if (this.phase === 'busy') return null
    this.phase = 'busy'
    const sent = this.cues
    try {
      const plain = sent.map(({ id: _, ...cue }) => cue)
      const saved = await this.#api.saveCues(this.opened.language, plain, this.#kind(), isOver ? '*' : this.#etag)
      this.#take(saved, sent)
      return saved
    } catch (error) {
      this.phase = 'rest'
      if (!(error instanceof ApiError) || !conflicts.has(error.code)) throw error
      this.isConflict = true
      return null
    }
  }

  /** Gives up what was changed here for what is stored. */
  async takeTheirs(): Promise<void> {
    const theirs = await this.#api.read(this.opened.language)
    this.#etag = theirs.etag
    this.change(edited(theirs.cues))
    this.#stored = this.cues
    this.isConflict = false
  }

  /** Of a track that is new; that of a stored one is changed beside its words. */
  #kind(): CaptionKind | undefined {
    return this.#etag === null ? this.opened.kind : undefined
  }

  #take(saved: CaptionDocument, sent: EditedCues): void {
    this.#etag = saved.etag
    this.isConflict = false
    // Where somebody went on typing meanwhile, that is still to be saved.
    const isWhole = this.cues === sent
    if (isWhole) this.#show(asSaved(sent, saved.cues))
    this.#stored = isWhole ? this.cues : sent
    // A time that was refused meanwhile is not.
    this.phase = this.refused.size > 0 ? 'rest' : 'saved'
  }
}

const conflicts = new Set(['captions_changed', 'captions_exist'])
