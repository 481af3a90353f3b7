/** What an init segment says, as far as delivery depends on it. */
export interface InitSegment {
  /** Ticks per second of the edit lists' durations. */
  movieTimescale: number
  tracks: Mp4Track[]
}

export interface Mp4Track {
  id: number
  kind: 'video' | 'audio' | 'other'
  /** Ticks per second of all times of its samples. */
  timescale: number
  /** RFC 6381, such as `avc1.64001f` or `mp4a.40.2`. */
  codec: string
  /** In the track header: as it should be shown. May have a fraction. */
  displayWidth: number
  displayHeight: number
  edits: Edit[]
  /** What samples are where a fragment says nothing else. */
  defaults: SampleDefaults
}

/** A stretch of the presentation: `mediaTime` in ticks of the track, or null for a pause before it. */
export interface Edit {
  /** In ticks of the movie; 0 where it lasts as long as there are fragments. */
  durationTicks: number
  mediaTimeTicks: number | null
}

export interface SampleDefaults {
  durationTicks: number
  sizeBytes: number
  flags: number
}
