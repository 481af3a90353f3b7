import { type Request, type Response, Router } from 'express'
import { deleteTrack, findTrack, listTracks, saveTrack } from '#catalog/captions.ts'
import type { CaptionTrackRow } from '#catalog/schema.ts'
import { captionChangesSchema, languageTag } from '#contract/captions.ts'
import { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import { requireOwn, requireWatchable } from '../videos/require-video.ts'
import { captionFile } from './caption-file.ts'
import { expectedVersion } from './expected-version.ts'
import { presentDocument, presentTrack } from './present-captions.ts'
import { type FileNotes, readBody, readCaptions } from './read-captions.ts'
import { storeCaptions } from './store-captions.ts'

/** Captions of a video, one track for each language, whatever has become of the video so far. */
export function captionRoutes(context: Context): Router {
  const { accounts, catalog } = context
  const { database } = catalog
  const router = Router()

  router.get('/videos/:id/captions', async (request, response) => {
    const me = await accounts.findReader(request.headers)
    const video = await requireWatchable(context, request, me)
    const items = (await listTracks(database, video.id)).map(presentTrack)
    response.set('Cache-Control', 'private, no-store').json({ items, next: null })
  })

  router.get('/videos/:id/captions/:language', async (request, response) => {
    answer(response, await requireTrack(request))
  })

  // As a file for other programs; the editor reads the address above.
  router.get('/videos/:id/captions/:language/file', async (request, response) => {
    const { type, name, text } = captionFile(await requireTrack(request), request.query)
    response
      .set({ 'Content-Type': type, 'Cache-Control': 'private, no-store' })
      .set('Content-Disposition', `attachment; filename="${name}"`)
      .send(text)
  })

  router.put('/videos/:id/captions/:language', async (request, response) => {
    // Asked before a byte is read.
    const name = await ownName(request)
    await readBody(request, response)
    const { read, notes } = readCaptions(request, name.language)
    const saved = await storeCaptions(context, name, { ...read, expected: expectedVersion(request, null) })
    answer(response, saved, notes)
  })

  router.patch('/videos/:id/captions/:language', async (request, response) => {
    const name = await ownName(request)
    await readBody(request, response)
    const { language, ...change } = captionChangesSchema.parse(request.body)
    const expected = expectedVersion(request, '*')
    const moved = language !== undefined && { language: requireTag(language) }
    const saved = await saveTrack(catalog, name, { ...change, ...moved, expected })
    response.set('Cache-Control', 'private, no-store').json(presentTrack(saved))
  })

  router.delete('/videos/:id/captions/:language', async (request, response) => {
    await deleteTrack(catalog, await ownName(request), expectedVersion(request, '*'))
    response.status(204).end()
  })

  async function ownName(request: Request): Promise<{ videoId: string; language: string }> {
    const { video } = await requireOwn(context, request)
    return { videoId: video.id, language: requireTag(String(request.params.language)) }
  }

  async function requireTrack(request: Request): Promise<CaptionTrackRow> {
    const track = await findTrack(database, await ownName(request))
    if (!track) throw new AppError('not_found')
    return track
  }

  return router
}

function requireTag(text: string): string {
  const tag = languageTag(text)
  if (!tag) throw new AppError('captions_language')
  return tag
}

function answer(response: Response, track: CaptionTrackRow, notes: FileNotes = {}): void {
  const document = presentDocument(track)
  response.set({ ETag: document.etag, 'Cache-Control': 'private, no-store' }).json({ ...document, ...notes })
}
