import { z } from 'zod'

/** What a file or an editor may bring; more than the longest film with every word of it in captions. */
export const captionLimits = {
  /** Of an uploaded file, and of the WebVTT that we write: what we hand out can be handed in again. */
  bytes: 1_000_000,
  cues: 20_000,
  /** Of one cue's text, markup counted. */
  cueLength: 2_000,
  /** Shorter than 100 hours, so that hours are two digits everywhere. */
  endMs: 100 * 60 * 60 * 1000 - 1,
  languages: 100,
} as const

/**
 * One caption. `text` is plain text in which `<i>`, `<b>`, `<u>`, `<c.yellow>` and `<v Speaker>` are markup and nothing else
 * is; `settings` are WebVTT's, such as `line:0 align:start`.
 */
export interface Cue {
  startMs: number
  endMs: number
  text: string
  settings?: string
}

/** `captions` tell sounds too, for people who don't hear them; `subtitles` tell what is said, for people who don't speak it. */
export const captionKinds = ['captions', 'subtitles'] as const
export type CaptionKind = (typeof captionKinds)[number]

/** What text may be encoded in beside UTF-16, which shows itself: the names that every browser knows. */
export const captionEncodings = [
  'utf-8',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'koi8-r',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'windows-874',
] as const
export type CaptionEncoding = (typeof captionEncodings)[number]

/** Captions of a video in one language, as lists tell them. */
export interface CaptionTrack {
  /** BCP 47: `de`, `zh-Hans`. A video has one track of a language. */
  language: string
  /** What the language calls itself. */
  label: string
  kind: CaptionKind
  /** Shown without being asked for. At most one track of a video is. */
  isDefault: boolean
  cueCount: number
  updatedAtMs: number
  /** Goes back as `If-Match` with a change; another change in between refuses it. */
  etag: string
}

/** The same with all of its cues, for the editor. */
export interface CaptionDocument extends CaptionTrack {
  cues: Cue[]
}

/** Answers a file that was brought: what was saved of it, and what was not taken as it stands there. */
export interface BroughtCaptions extends CaptionDocument {
  /** How the file was read, where it didn't tell that itself. */
  guessedEncoding?: CaptionEncoding
  /** Lines that are to tell times and can't be read; what stands beneath them was left out. */
  leftOutLines?: number[]
  /** Lines with an end before the start; these captions are shown for two seconds. */
  reversedLines?: number[]
}

/** What a player needs to know of a track. */
export interface CaptionLink {
  language: string
  label: string
  kind: CaptionKind
  url: string
  isDefault?: boolean
}

const cueSchema = z.object({
  startMs: z.number().int().min(0).max(captionLimits.endMs),
  endMs: z.number().int().min(0).max(captionLimits.endMs),
  // Longer than what is kept, because cleaning may shorten it.
  text: z.string().max(2 * captionLimits.cueLength),
  settings: z.string().max(100).optional(),
})

/** What may be told beside the words. */
export const captionFactsSchema = z.object({ kind: z.enum(captionKinds), isDefault: z.boolean() }).partial()

/** `PATCH /api/videos/:id/captions/:language`; another language moves the track to its address. */
export const captionChangesSchema = captionFactsSchema.extend({ language: z.string().max(35).optional() })
export type CaptionChanges = z.infer<typeof captionChangesSchema>

/** `PUT /api/videos/:id/captions/:language` with JSON; the same route takes an SRT or WebVTT file as its body. */
export const captionBodySchema = captionFactsSchema.extend({
  cues: z.array(cueSchema).max(captionLimits.cues + 1),
})
export type CaptionBody = z.infer<typeof captionBodySchema>

/** The one spelling of a language's tag, or null where it is none. Private and extended tags are of no use to a viewer. */
export function languageTag(text: string): string | null {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(text)) return null
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null
  } catch {
    return null
  }
}

/** `Deutsch` for `de`: who looks for a language knows its own name. */
export function languageLabel(tag: string): string {
  try {
    const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
    return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
  } catch {
    return tag
  }
}
