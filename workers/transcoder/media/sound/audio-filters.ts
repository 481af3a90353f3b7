import type { Source } from '../source/source.ts'
import type { Loudness } from './loudness.ts'
import { gainDb } from './loudness.ts'

/** What all sound becomes: the one rate that every player and AAC agree on, two channels. */
const soundRate = 48_000

/**
 * Sound of any rate and any number of channels as stereo that stays with its picture. Surround is mixed down as ITU-R BS.775
 * has it, voices from the centre at -3 dB on both sides; in floats, so that nothing clips before loudness is set.
 */
export function stereoFilters(source: Pick<Source, 'startS' | 'audio'>, loudness: Loudness | null): string[] {
  const fill = fillsBeginning(source, loudness) ? ':first_pts=0' : ''
  return [
    // Gaps are filled with silence, so that sound which stops for a while goes on at the right instant.
    `aresample=${soundRate}:async=1${fill}`,
    'aformat=sample_fmts=fltp:channel_layouts=stereo',
    // Encoders' lead-in lies before the beginning.
    'atrim=start=0',
  ]
}

/** Players want sound from the beginning; less than a picture of silence nobody misses. */
const maxLateS = 0.03

/**
 * Silence is put before sound that begins late; not where the number of channels changes midway, since then ffmpeg sets
 * the filters up again and they would count from the beginning once more.
 */
function fillsBeginning(source: Pick<Source, 'startS' | 'audio'>, loudness: Loudness | null): boolean {
  return lateS(source) > maxLateS && loudness?.changesFormat !== true
}

/** How long after the file's beginning its sound begins, in seconds. */
export function lateS({ audio, startS }: Pick<Source, 'startS' | 'audio'>): number {
  return Math.max(0, (audio?.startS ?? 0) - startS)
}

/**
 * One gain for the whole video, so that quiet passages stay quieter than loud ones, and a limiter for what sticks out then.
 * It works on four times the samples because the peaks of the wave lie between them, and leaves 2 dB for what AAC adds to a click.
 */
export function loudnessFilters(loudness: Loudness | null): string[] {
  return [
    `volume=${gainDb(loudness)}dB`,
    `aresample=${soundRate * 4}`,
    'alimiter=limit=0.708:level=disabled:attack=5:release=50:latency=true',
    `aresample=${soundRate}`,
  ]
}
