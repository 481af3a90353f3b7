import type { CaptionTrackFacts } from '#catalog/captions.ts'
import type { CaptionTrackRow } from '#catalog/schema.ts'
import { parseCaptions } from '#contract/captions/parse-captions.ts'
import { type CaptionDocument, type CaptionTrack, languageLabel } from '#contract/captions.ts'

export function presentTrack(row: CaptionTrackFacts): CaptionTrack {
  return {
    language: row.language,
    label: languageLabel(row.language),
    kind: row.kind,
    isDefault: row.is_default,
    cueCount: row.cue_count,
    updatedAtMs: row.updated_at.getTime(),
    etag: `"${row.version}"`,
  }
}

export function presentDocument(row: CaptionTrackRow): CaptionDocument {
  return { ...presentTrack(row), cues: parseCaptions(Buffer.from(row.webvtt)) }
}
