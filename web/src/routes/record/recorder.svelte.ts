import type { Video } from '#contract/video.ts'
import { followVideo } from '#web/api/follow-video.ts'
import { ApiError, load, write } from '#web/api/write.ts'
import { type DeviceFault, faultOf, openStream, stopStream, type Wish } from './devices.ts'
import { openSpool } from './indexed-spool.ts'
import { chooseRecordingType, recordingFileName } from './recording-type.ts'
import { type RecordingSender, sendRecording } from './send-recording.ts'
import type { Recording, Spool } from './spool.ts'
import { UploadRefused } from './tus-requests.ts'

type Phase = 'choose' | 'opening' | 'ready' | 'countdown' | 'recording' | 'paused' | 'finishing' | 'done'

const sliceMs = 1_000
const countdownSeconds = 3
// An encoder that hangs at the end must not hold the recording back: all but its last slice is in already.
const stopTimeoutMs = 3_000

/** Camera or screen to a video on the server, slice by slice while it is made. */
export class Recorder {
  phase = $state<Phase>('choose')
  stream = $state.raw<MediaStream | null>(null)
  deviceFault = $state<DeviceFault | null>(null)
  /** Why sending falters at the moment, or why a video could not be created. */
  fault = $state.raw<unknown>(null)
  video = $state.raw<Video | null>(null)
  secondsToGo = $state(0)
  elapsedMs = $state(0)
  sentBytes = $state(0)
  madeBytes = $state(0)
  hasScreenEnded = $state(false)

  readonly isBusy = $derived(['countdown', 'recording', 'paused', 'finishing'].includes(this.phase))

  #spool: Promise<Spool> | null = null
  #sender: RecordingSender | null = null
  #recorder: MediaRecorder | null = null
  #clock: ReturnType<typeof setInterval> | undefined
  #release = () => {}
  #stopFollowing = () => {}

  get spool(): Promise<Spool> {
    this.#spool ??= openSpool()
    return this.#spool
  }

  async open(wish: Wish): Promise<void> {
    this.closeStream()
    this.deviceFault = null
    this.phase = 'opening'
    try {
      this.stream = await openStream(wish)
      this.#watchEnd(this.stream)
      this.phase = 'ready'
    } catch (error) {
      this.deviceFault = faultOf(error)
      this.phase = 'choose'
    }
  }

  /** Creates the video first, so that its link is there before the first frame; then counts down and records. */
  async start(title: string): Promise<void> {
    if (this.phase !== 'ready' || !this.stream) return
    this.fault = null
    this.phase = 'countdown'
    this.secondsToGo = countdownSeconds
    try {
      this.video = await createDraft(title)
    } catch (error) {
      this.fault = error
      this.phase = 'ready'
      return
    }
    await this.#countDown()
    if (this.phase === 'countdown') await this.#record(this.stream, this.video)
  }

  pause(): void {
    this.#recorder?.pause()
    this.phase = 'paused'
  }

  resume(): void {
    this.#recorder?.resume()
    this.phase = 'recording'
  }

  async stop(): Promise<void> {
    if (this.phase !== 'recording' && this.phase !== 'paused') return
    this.phase = 'finishing'
    clearInterval(this.#clock)
    await endRecorder(this.#recorder)
    this.closeStream()
    await this.#finish()
  }

  /** Sends what a crash or a dead network left on this device. */
  async finishLeft(recording: Recording): Promise<void> {
    this.phase = 'finishing'
    this.fault = null
    try {
      this.video = await load<Video>(`/api/videos/${recording.videoId}`)
      await this.#startSender(recording)
      await this.#finish()
    } catch (error) {
      this.fault = error
      this.phase = 'choose'
    }
  }

  closeStream(): void {
    stopStream(this.stream)
    this.stream = null
  }

  /** Leaves the page: what is in the spool stays there and is offered again. */
  close(): void {
    clearInterval(this.#clock)
    this.closeStream()
    this.#sender?.close()
    this.#stopFollowing()
    this.#release()
  }

  async #countDown(): Promise<void> {
    while (this.secondsToGo > 0 && this.phase === 'countdown') {
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      this.secondsToGo -= 1
    }
  }

  async #record(stream: MediaStream, video: Video): Promise<void> {
    const mimeType = chooseRecordingType((type) => MediaRecorder.isTypeSupported(type)) ?? ''
    const fileName = recordingFileName(mimeType)
    await this.#startSender({ videoId: video.id, fileName, startedAtMs: Date.now(), uploadUrl: null, isStopped: false })
    // Key frames every two seconds let the server cut segments without encoding; browsers that don't know this ignore it.
    const options = {
      mimeType,
      videoKeyFrameIntervalDuration: 2_000,
      videoBitsPerSecond: 4_000_000,
      audioBitsPerSecond: 128_000,
    }
    this.#recorder = new MediaRecorder(stream, options)
    this.#recorder.addEventListener('dataavailable', (event) => this.#sender?.push(event.data))
    this.#recorder.addEventListener('error', () => this.stop())
    this.#recorder.start(sliceMs)
    this.phase = 'recording'
    this.#startClock()
  }

  async #startSender(recording: Recording): Promise<void> {
    this.#release = holdRecording(recording.videoId)
    this.#sender = sendRecording(recording, {
      endpoint: '/api/uploads',
      spool: await this.spool,
      onprogress: (sentBytes, madeBytes) => {
        this.sentBytes = sentBytes
        this.madeBytes = madeBytes
      },
      onfault: (fault) => {
        this.fault = asApiError(fault)
      },
    })
  }

  async #finish(): Promise<void> {
    try {
      await this.#sender?.finish()
      this.fault = null
      this.phase = 'done'
      this.#follow()
    } catch (error) {
      // What can't be sent is still on this device; the page offers it again.
      this.fault = asApiError(error)
      this.phase = 'choose'
    } finally {
      this.#release()
    }
  }

  #follow(): void {
    if (!this.video) return
    this.#stopFollowing = followVideo(this.video.id, (latest) => {
      this.video = latest
    })
  }

  /** The browser's own "stop sharing" ends a recording as the button does. */
  #watchEnd(stream: MediaStream): void {
    stream.getVideoTracks()[0]?.addEventListener('ended', () => {
      if (this.stream !== stream) return
      this.hasScreenEnded = true
      if (this.phase === 'ready') {
        this.closeStream()
        this.phase = 'choose'
      } else this.stop()
    })
  }

  #startClock(): void {
    let before = performance.now()
    this.elapsedMs = 0
    this.#clock = setInterval(() => {
      const now = performance.now()
      if (this.phase === 'recording') this.elapsedMs += now - before
      before = now
    }, 200)
  }
}

/** A recording is for those who are given its link until its owner decides otherwise. */
function createDraft(title: string): Promise<Video> {
  return write<Video>('POST', '/api/videos/drafts', { title, visibility: 'unlisted' })
}

/** A refusal has a reason to show; anything else is the line. */
function asApiError(fault: unknown): unknown {
  return fault instanceof UploadRefused ? new ApiError(fault.code, fault.message) : fault
}

function endRecorder(recorder: MediaRecorder | null): Promise<void> {
  if (!recorder || recorder.state === 'inactive') return Promise.resolve()
  return new Promise((resolve) => {
    recorder.addEventListener('stop', () => resolve(), { once: true })
    setTimeout(resolve, stopTimeoutMs)
    recorder.stop()
  })
}

const lockPrefix = 'qqvideo-recording-'

/** Shows other tabs that this recording is being taken care of. Returns what ends that; so does the end of the tab. */
function holdRecording(videoId: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>()
  navigator.locks?.request(lockPrefix + videoId, () => promise)
  return resolve
}

/** Recordings on this device that no tab takes care of any more. */
export async function findLeft(spool: Spool): Promise<Recording[]> {
  const held = (await navigator.locks?.query())?.held?.map((lock) => lock.name) ?? []
  const recordings = await spool.list()
  return recordings.filter((recording) => !held.includes(lockPrefix + recording.videoId))
}
