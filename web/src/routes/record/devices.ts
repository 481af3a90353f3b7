import type { Words } from '#web/words/words.ts'

/** A sentence of the recorder's words that tells why there is no picture, and what to do. */
export type DeviceFault = 'denied' | 'noDevice' | 'deviceBusy' | 'noScreen' | 'noRecorder' | 'notSecure'

export interface Wish {
  source: 'camera' | 'screen'
  /** Device ids; '' means the browser's own choice, and null for the microphone that no sound is wanted. */
  cameraId: string
  microphoneId: string | null
}

/** What this browser can't do at all, told before anybody presses a button. */
export function missingAbility(source: Wish['source']): DeviceFault | null {
  if (!window.isSecureContext) return 'notSecure'
  if (!navigator.mediaDevices || typeof MediaRecorder === 'undefined') return 'noRecorder'
  if (source === 'screen' && !('getDisplayMedia' in navigator.mediaDevices)) return 'noScreen'
  return null
}

/** Opens the camera or asks for a screen. The caller stops the tracks. Throws what the browser throws; see faultOf. */
export async function openStream({ source, cameraId, microphoneId }: Wish): Promise<MediaStream> {
  const audio: MediaTrackConstraints | boolean =
    microphoneId === null ? false : microphoneId ? { deviceId: { exact: microphoneId } } : true
  if (source === 'camera') {
    const video = { ...(cameraId && { deviceId: { exact: cameraId } }), width: { ideal: 1280 }, height: { ideal: 720 } }
    return navigator.mediaDevices.getUserMedia({ video, audio })
  }
  const screen = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: true })
  if (!audio) return screen
  try {
    return addVoice(screen, await navigator.mediaDevices.getUserMedia({ audio }))
  } catch (error) {
    stopStream(screen)
    throw error
  }
}

export function faultOf(error: unknown): DeviceFault {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'noDevice'
  if (name === 'NotReadableError' || name === 'AbortError') return 'deviceBusy'
  return 'denied'
}

export function stopStream(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/** Cameras and microphones by the names the browser gives them, which it does once one was allowed. */
export async function listDevices(
  words: Words,
): Promise<Record<'cameras' | 'microphones', { id: string; name: string }[]>> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? []
  const named = (kind: MediaDeviceKind, fallback: string) =>
    devices
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map((device, index) => ({ id: device.deviceId, name: device.label || `${fallback} ${index + 1}` }))
  return {
    cameras: named('videoinput', words.record.camera),
    microphones: named('audioinput', words.record.microphone),
  }
}

/** A recorder takes one track of sound: the screen's and the microphone's are mixed. */
function addVoice(screen: MediaStream, voice: MediaStream): MediaStream {
  const [voiceTrack] = voice.getAudioTracks()
  if (screen.getAudioTracks().length === 0) return new MediaStream([...screen.getVideoTracks(), voiceTrack!])
  const context = new AudioContext()
  const mixed = context.createMediaStreamDestination()
  for (const stream of [screen, voice]) context.createMediaStreamSource(stream).connect(mixed)
  const [mixedTrack] = mixed.stream.getAudioTracks()
  // Stopping the mixed track stops what it is made of.
  const stop = mixedTrack!.stop.bind(mixedTrack)
  mixedTrack!.stop = () => {
    stop()
    stopStream(voice)
    for (const track of screen.getAudioTracks()) track.stop()
    context.close()
  }
  return new MediaStream([...screen.getVideoTracks(), mixedTrack!])
}
