/**
 * What to record in, best first: H.264 can be shown to viewers without encoding it again, and fragmented MP4 or Matroska
 * carry it; then what every browser can.
 */
const types = [
  'video/mp4;codecs=avc1.42E01E,mp4a.40.2',
  'video/x-matroska;codecs=avc1,opus',
  'video/webm;codecs=h264,opus',
  'video/webm;codecs=vp9,opus',
  'video/webm',
  'video/mp4',
]

/** The best type that this browser records in, or null where it records none. */
export function chooseRecordingType(isSupported: (type: string) => boolean): string | null {
  return types.find(isSupported) ?? null
}

/** A file name that tells people and tools what is inside. */
export function recordingFileName(type: string): string {
  if (type.startsWith('video/mp4')) return 'recording.mp4'
  return type.startsWith('video/x-matroska') ? 'recording.mkv' : 'recording.webm'
}
