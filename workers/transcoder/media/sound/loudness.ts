/** Of a whole sound track, after it was mixed down to stereo (EBU R 128, ITU-R BS.1770). */
export interface Loudness {
  /** LUFS; -70 where nothing is louder than the quietest that counts. */
  integratedLufs: number
  /** Where the channels or the rate change midway only the last part could be measured. */
  changesFormat: boolean
}

/** What Apple asks of podcasts; near what large sites play music at (-14) and above broadcasting (-23). */
const targetLufs = -16

// A whisper or the noise of a room is not shouted at people.
const maxGainDb = 12

// Below this there is nothing but noise.
const silentLufs = -60

/** By how much the sound is made louder, or softer, in dB. Nothing is changed where nothing is known. */
export function gainDb(loudness: Loudness | null): number {
  if (!loudness || loudness.changesFormat || loudness.integratedLufs <= silentLufs) return 0
  return Math.round(Math.min(maxGainDb, targetLufs - loudness.integratedLufs) * 10) / 10
}
