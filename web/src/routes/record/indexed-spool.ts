import { createMemorySpool } from './memory-spool.ts'
import { withOverflow } from './overflow-spool.ts'
import { joinSlices, type Recording, type Slice, type Spool } from './spool.ts'

// Enough for one request; a longer backlog is read in turns, so that memory stays flat.
const slicesPerRead = 64

/** Keeps recordings in the browser's own database, where they outlive a crashed tab, a closed lid and a dead network. */
export async function openSpool(): Promise<Spool> {
  const database = await openDatabase().catch(() => null)
  return database ? withOverflow(createIndexedSpool(database)) : createMemorySpool()
}

function createIndexedSpool(database: IDBDatabase): Spool {
  function write(store: 'recordings' | 'slices', deed: (objects: IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, 'readwrite')
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
      deed(transaction.objectStore(store))
    })
  }

  function slicesOf(videoId: string, count?: number): Promise<Slice[]> {
    const store = database.transaction('slices').objectStore('slices')
    return answer(store.getAll(rangeOf(videoId), count))
  }

  return {
    save: (recording) => write('recordings', (store) => store.put(recording)),
    list: () => answer<Recording[]>(database.transaction('recordings').objectStore('recordings').getAll()),
    append: (videoId, startByte, blob) => write('slices', (store) => store.put({ videoId, startByte, blob })),
    async read(videoId, fromByte, maxBytes) {
      return joinSlices(await slicesOf(videoId, slicesPerRead), fromByte, maxBytes)
    },
    async endByte(videoId) {
      const store = database.transaction('slices').objectStore('slices')
      const last = await answer(store.openCursor(rangeOf(videoId), 'prev'))
      const slice: Slice | undefined = last?.value
      return slice ? slice.startByte + slice.blob.size : 0
    },
    async drop(videoId, untilByte) {
      const gone = (await slicesOf(videoId, slicesPerRead)).filter(
        (slice) => slice.startByte + slice.blob.size <= untilByte,
      )
      await write('slices', (store) => {
        for (const slice of gone) store.delete([videoId, slice.startByte])
      })
    },
    async remove(videoId) {
      await write('slices', (store) => store.delete(rangeOf(videoId)))
      await write('recordings', (store) => store.delete(videoId))
    },
  }
}

function rangeOf(videoId: string): IDBKeyRange {
  return IDBKeyRange.bound([videoId, 0], [videoId, Number.MAX_SAFE_INTEGER])
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open('qqvideo-recordings', 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore('recordings', { keyPath: 'videoId' })
    request.result.createObjectStore('slices', { keyPath: ['videoId', 'startByte'] })
  }
  return answer(request)
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
