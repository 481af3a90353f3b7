/** Tells the loudness of a stream some ten times a second, 0 to 1. Returns what ends it. Silent where there is no sound. */
export function watchLevel(stream: MediaStream, onlevel: (level: number) => void): () => void {
  if (stream.getAudioTracks().length === 0) return () => {}
  const context = new AudioContext()
  // Some browsers start it asleep; a sleeping meter would call every microphone muted.
  context.resume()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1_024
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)

  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    onlevel(loudness(samples))
  }, 100)
  return () => {
    clearInterval(timer)
    context.close()
  }
}

/** The peak, drawn out so that speech fills the meter: ears hear ratios. */
export function loudness(samples: ArrayLike<number>): number {
  let peak = 0
  for (let index = 0; index < samples.length; index++) peak = Math.max(peak, Math.abs(samples[index]!))
  return peak === 0 ? 0 : Math.max(0, Math.min(1, 1 + Math.log10(peak) / 2.5))
}
