import { randomUUID } from 'node:crypto'
import { addAbortSignal, Readable } from 'node:stream'
import { Upload } from '@tus/server'
import { AppError } from '#contract/errors.ts'
import { isWhole, type UploadPlace } from '../uploads/upload-place.ts'
import { Broken, Changed, isOursAway } from './import-faults.ts'
import type { Known, RemoteFile } from './open-remote.ts'
import { isSame, openPatiently, type Remote, resumingBody } from './resuming-body.ts'

/** What is known of the bytes that are here; kept by the caller where a restart finds it. */
export interface Received {
  uploadId: string | null
  validator: string | null
  totalBytes: number | null
  receivedBytes: number
}

interface FetchFile {
  place: UploadPlace
  remote: Remote
  received: Received
  /** What the bytes are for, as the notes about an upload say it. */
  metadata: Record<string, string>
  /** Told before bytes are written under a new id; resolves once that is stored. */
  onBegin: () => Promise<void>
  /** Throws away what is here under that id. */
  drop: (uploadId: string) => Promise<void>
  /** Rejects where so many more bytes have no room, or are more than the owner may keep. */
  requireSpace: (bytes: number) => Promise<void>
}

/** A file that is another one each time it is asked for can't be put together. */
const mostBeginnings = 3
// A file whose size nobody tells is measured on the way.
const roomEveryBytes = 64 * 1024 * 1024

/** Fetches until every byte lies in the place for uploads, and goes on with what is there already. Gives the whole upload. */
export async function fetchFile(fetching: FetchFile): Promise<Upload> {
  let beginnings = 0
  for (;;) {
    try {
      return await fetchRest(fetching)
    } catch (error) {
      if (error instanceof Broken) continue
      if (!(error instanceof Changed)) throw error
      if (++beginnings >= mostBeginnings) throw new AppError('import_breaks')
      await dropReceived(fetching)
    }
  }
}

async function fetchRest(fetching: FetchFile): Promise<Upload> {
  const { place, remote, received } = fetching
  const partial = received.uploadId ? await place.find(received.uploadId) : null
  if (partial && isWhole(partial)) return partial
  const known = knownOf(partial, received)
  const file = await openPatiently(remote, known)
  if (file.startByte === 0) await begin(fetching, file)
  else if (!isSame({ ...file, validator: received.validator, totalBytes: received.totalBytes }, file)) {
    file.body.destroy()
    throw new Changed('another file than before')
  }
  await store(fetching, file)
  const upload = await place.find(received.uploadId!)
  if (!upload || !isWhole(upload)) throw new Changed('what was stored is not whole')
  return upload
}

function knownOf(partial: Upload | null, { validator }: Received): Known | null {
  return partial && partial.offset > 0 && validator ? { offset: partial.offset, validator } : null
}

/** A new id for each beginning: whoever still writes under an old one writes into nobody's file. */
async function begin(fetching: FetchFile, file: RemoteFile): Promise<void> {
  const { place, received, metadata } = fetching
  try {
    await dropReceived(fetching)
    await fetching.requireSpace(file.totalBytes ?? 0)
    const id = randomUUID()
    Object.assign(received, { uploadId: id, validator: file.validator, totalBytes: file.totalBytes })
    await fetching.onBegin()
    const size = file.totalBytes ?? undefined
    const upload = new Upload({ id: place.folder + id, offset: 0, size, metadata })
    await place.datastore.create(upload).catch((error) => {
      throw place.explain(error)
    })
  } catch (error) {
    file.body.destroy()
    throw error
  }
}

async function store(fetching: FetchFile, file: RemoteFile): Promise<void> {
  const { place, remote, received } = fetching
  const id = place.folder + received.uploadId
  const body = new BodyInto(fetching, file)
  try {
    const readable = Readable.from(body.chunks(), { objectMode: false })
    await place.datastore.write(addAbortSignal(remote.signal, readable), id, file.startByte)
  } catch (error) {
    file.body.destroy()
    if (remote.signal.aborted) throw remote.signal.reason
    if (body.fault) throw body.fault
    const known = place.explain(error)
    if (known instanceof AppError && (known.code === 'storage_full' || isOursAway(known))) throw known
    // The storage stumbled, not the other site: what it kept is asked for again.
    await remote.patience.afterBreak(new Broken('storage', { cause: error }), received.receivedBytes)
    throw new Broken('storage', { cause: error })
  }
  if (received.receivedBytes === 0) throw new AppError('file_empty')
  if (received.totalBytes === null) await declareLength(fetching, id)
}

/** Only now is it known how long the file is. */
async function declareLength({ place, received }: FetchFile, id: string): Promise<void> {
  await place.datastore.declareUploadLength(id, received.receivedBytes)
  await place.datastore.write(Readable.from([]), id, received.receivedBytes)
  received.totalBytes = received.receivedBytes
}

async function dropReceived({ drop, received }: FetchFile): Promise<void> {
  if (received.uploadId) await drop(received.uploadId)
  Object.assign(received, { uploadId: null, validator: null, totalBytes: null, receivedBytes: 0 } satisfies Received)
}

/** Counts the bytes on their way into storage, and keeps the error that the storage would hide in one of its own. */
class BodyInto {
  fault: unknown = null
  readonly #fetching: FetchFile
  readonly #file: RemoteFile

  constructor(fetching: FetchFile, file: RemoteFile) {
    this.#fetching = fetching
    this.#file = file
  }

  async *chunks(): AsyncGenerator<Buffer> {
    const { remote, received, requireSpace } = this.#fetching
    let roomUntil = roomEveryBytes
    received.receivedBytes = this.#file.startByte
    try {
      for await (const chunk of resumingBody(this.#file, remote)) {
        received.receivedBytes += chunk.length
        if (received.receivedBytes - this.#file.startByte > roomUntil) {
          roomUntil += roomEveryBytes
          await requireSpace(0)
        }
        yield chunk
      }
    } catch (error) {
      this.fault = error
      throw error
    }
  }
}
