import type { Colour } from '../picture/colour.ts'

/** What the rest of the work needs to know of a source; judged once from its probe. */
export interface Source {
  container: string
  video: VideoSource
  audio: AudioSource | null
  /** How many there are that could be heard; one of them is taken. */
  soundTracks: number
  hasSubtitles: boolean
  /** What to reckon with, in seconds; null where nothing tells. Never trusted until decoded. */
  claimedDurationS: number | null
  /** As the header claims it, be it believed or not. Plans that a former version of this program made have none. */
  claims?: LengthClaims
  /** When its last packet is shown, in seconds from the beginning; null or not there where nobody knows. */
  endS?: number | null
  /** What its clock says at the beginning, in seconds; ffmpeg calls that moment 0. */
  startS: number
  /** How far before a part's beginning to seek, in seconds; known once seeks were tried. */
  leadS?: number
  bitsPerSecond: number
}

export interface VideoSource {
  streamIndex: number
  codec: string
  profile: string
  pixelFormat: string
  /** `avc1` where parameter sets are kept apart from the pictures, as MP4 wants them. */
  isAvc1: boolean
  isProgressive: boolean
  /** As seen on a screen: turned upright, with square pixels. */
  displayWidth: number
  displayHeight: number
  hasSquarePixels: boolean
  isTurned: boolean
  /** What is made of it. */
  frameRate: FrameRate
  /** What a copy has; not there in plans that a former version of this program made. */
  ownFrameRate?: FrameRate
  /** How long a tick of its clock is, in seconds. */
  timeBase: FrameRate
  startS: number
  /** `pq` and `hlg` pictures look grey until they are tone-mapped. */
  hdr: 'pq' | 'hlg' | null
  /** Dolby Vision without a picture that other screens understand (profile 5): its colours come out wrong. */
  isDolbyVisionOnly: boolean
  colour: Colour
}

/** In seconds; null where nothing is claimed. */
export interface LengthClaims {
  pictureS: number | null
  wholeS: number | null
}

/** Pictures per second as a fraction, such as 30000/1001. */
export interface FrameRate {
  numerator: number
  denominator: number
}

export interface AudioSource {
  streamIndex: number
  codec: string
  profile: string
  channels: number
  sampleRate: number
  startS: number
}
