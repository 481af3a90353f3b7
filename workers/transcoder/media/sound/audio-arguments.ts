import type { Source } from '../source/source.ts'
import { loudnessFilters, stereoFilters } from './audio-filters.ts'
import type { Loudness } from './loudness.ts'

/** The words that make the sound of an output from a source: which stream, how it is filtered, AAC stereo at 48 kHz. */
export function audioArguments(source: Source, loudness: Loudness | null): string[] {
  if (!source.audio) throw new Error('There is no sound to encode.')
  const filters = [...stereoFilters(source, loudness), ...loudnessFilters(loudness)]
  return ['-map', `0:${source.audio.streamIndex}`, '-c:a', 'aac', '-b:a', '128k', '-af', filters.join(',')]
}
