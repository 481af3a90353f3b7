import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaptionDocument, CaptionTrack } from '#contract/captions.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'

let api: TestApi
let ada: Person
let eve: Person
let film: string

beforeAll(async () => {
  api = await startTestApi()
  ;[ada, eve] = await Promise.all([signUp(api.url), signUp(api.url, 'Eve')])
  film = await api.addVideo(ada)
})

afterAll(() => api?.stop())

const srt = '1\n00:00:01,000 --> 00:00:02,500\n<i>Hallo</i> <img src=x onerror=alert(1)>\n'
const cues = [{ startMs: 0, endMs: 1_000, text: 'Hi' }]
const at = (language: string, rest = '', videoId = film) => `/api/videos/${videoId}/captions/${language}${rest}`

const put = (person: Person, path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  person.request(path, { method: 'PUT', body, headers })
const putCues = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  put(ada, path, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers })

async function documentOf(answer: Response): Promise<CaptionDocument> {
  expect(answer.status).toBe(200)
  return (await answer.json()) as CaptionDocument
}

async function refusal(answer: Response): Promise<[number, string]> {
  const body = (await answer.json()) as { error: { code: string } }
  return [answer.status, body.error.code]
}

async function listOf(person: Person | null, videoId = film): Promise<CaptionTrack[]> {
  const path = `/api/videos/${videoId}/captions`
  const answer = person ? await person.request(path) : await fetch(`${api.url}${path}`)
  return ((await answer.json()) as { items: CaptionTrack[] }).items
}

async function objectKeyOf(videoId: string, language: string): Promise<string> {
  const { object_key } = await api.catalog.database
    .selectFrom('caption_track')
    .select('object_key')
    .where('video_id', '=', videoId)
    .where('language', '=', language)
    .executeTakeFirstOrThrow()
  return object_key
}

describe('captions', () => {
  test('a file becomes a track with its language in one spelling, and hostile markup in it is text', async () => {
    const saved = await documentOf(await put(ada, at('ZH-hans', '?kind=captions&isDefault=1'), srt))
    expect(saved).toMatchObject({
      language: 'zh-Hans',
      label: '简体中文',
      kind: 'captions',
      isDefault: true,
      cueCount: 1,
    })
    expect(saved.cues[0]!.text).toBe('<i>Hallo</i> <img src=x onerror=alert(1)>')
    const file = await ada.request(at('zh-Hans', '/file'))
    expect(file.headers.get('content-type')).toBe('text/vtt; charset=utf-8')
    expect(file.headers.get('x-content-type-options')).toBe('nosniff')
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${film}.zh-Hans.vtt"`)
    expect(await file.text()).toBe(
      'WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<i>Hallo</i> &lt;img src=x onerror=alert(1)&gt;\n',
    )
  })

  test('a file tells which of its lines were not taken as they stand, and how its letters were guessed', async () => {
    const faulty = `${srt}\n2\n00:75:00,000 --> 00:76:00,000\nnever\n\n00:09,000 --> 00:08,000\nNow\n`
    const told = await documentOf(await put(ada, at('cs'), faulty))
    expect(told).toMatchObject({ cueCount: 2, leftOutLines: [6], reversedLines: [9] })
    expect(told).not.toHaveProperty('guessedEncoding')
    expect(await documentOf(await ada.request(at('cs')))).not.toHaveProperty('leftOutLines')

    const greek = Buffer.from([...Buffer.from('00:01,0 --> 00:02,0\n'), 0xcd, 0xe1, 0xe9])
    const guessed = await documentOf(await put(ada, at('el'), greek))
    expect(guessed).toMatchObject({ guessedEncoding: 'windows-1253', cues: [{ text: 'Ναι' }] })
    const chosen = await put(ada, at('el', '?encoding=windows-1251'), greek, { 'If-Match': '*' })
    expect((await documentOf(chosen)).cues[0]!.text).toBe('Нбй')
    const unknown = await put(ada, at('el', '?encoding=ebcdic'), greek, { 'If-Match': '*' })
    expect(await refusal(unknown)).toEqual([400, 'bad_request'])
  })

  test('they come as SRT too', async () => {
    await put(ada, at('it'), 'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Ciao\n')
    const file = await ada.request(at('it', '/file?format=srt'))
    // fetch drops the byte order mark that is for old players.
    expect(await file.text()).toBe('1\r\n00:00:01,000 --> 00:00:02,000\r\nAnn: Ciao\r\n')
  })

  test('of two tabs that change the same words, the second hears of the first', async () => {
    const { etag } = await documentOf(await putCues(at('de'), { cues }))
    expect(await refusal(await putCues(at('de'), { cues }))).toEqual([428, 'captions_exist'])
    const first = await putCues(at('de'), { cues: [{ ...cues[0], text: 'One' }] }, { 'If-Match': etag })
    const changed = await documentOf(first)
    const second = { cues: [{ ...cues[0], text: 'Two' }] }
    expect(await refusal(await putCues(at('de'), second, { 'If-Match': etag }))).toEqual([412, 'captions_changed'])
    expect((await documentOf(await ada.request(at('de')))).cues[0]!.text).toBe('One')
    await documentOf(await putCues(at('de'), second, { 'If-Match': changed.etag }))
    expect((await documentOf(await ada.request(at('de')))).cues[0]!.text).toBe('Two')
  })

  test('of twenty that save at once from the same words, one does', async () => {
    const { etag } = await documentOf(await putCues(at('nl'), { cues }))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        putCues(at('nl'), { cues: [{ ...cues[0], text: `Tab ${number}` }] }, { 'If-Match': etag }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19)
  })

  test('one track at most is shown without being asked for', async () => {
    await putCues(at('fr'), { cues, isDefault: true })
    await putCues(at('es'), { cues, isDefault: true })
    const patch = await ada.send('PATCH', at('fr'), { isDefault: true, kind: 'captions' })
    expect(await patch.json()).toMatchObject({ isDefault: true, kind: 'captions' })
    expect((await listOf(null)).filter((track) => track.isDefault).map(({ language }) => language)).toEqual(['fr'])
    await ada.send('PATCH', at('fr'), { isDefault: false })
    expect((await listOf(null)).some((track) => track.isDefault)).toBe(false)
  })

  test('they can be given another language, and keep everything else; one that has captions is refused', async () => {
    const { etag } = await documentOf(await putCues(at('da'), { cues, kind: 'captions', isDefault: true }))
    const key = await objectKeyOf(film, 'da')
    const moved = await ada.send('PATCH', at('da'), { language: 'NB' })
    expect(await moved.json()).toMatchObject({ language: 'nb', kind: 'captions', isDefault: true, etag })
    expect((await ada.request(at('da'))).status).toBe(404)
    expect((await documentOf(await ada.request(at('nb')))).cues).toEqual(cues)
    expect(await objectKeyOf(film, 'nb')).toBe(key)
    // A tab that changes words at their old address hears of it.
    expect(await refusal(await putCues(at('da'), { cues }, { 'If-Match': etag }))).toEqual([412, 'captions_changed'])

    await documentOf(await putCues(at('da'), { cues }))
    expect(await refusal(await ada.send('PATCH', at('da'), { language: 'nb' }))).toEqual([409, 'captions_taken'])
    expect(await refusal(await ada.send('PATCH', at('da'), { language: '' }))).toEqual([422, 'captions_language'])
    expect((await ada.send('PATCH', at('da'), { language: 'da', kind: 'captions' })).status).toBe(200)
    expect((await ada.send('PATCH', at('fo'), { language: 'is' })).status).toBe(404)
    expect(await refusal(await ada.send('PATCH', at('fo'), { language: 'nb' }))).toEqual([404, 'not_found'])
  })

  test('what is deleted is gone from lists, and a new one may take its place', async () => {
    const { etag } = await documentOf(await putCues(at('pl'), { cues }))
    const wrong = await ada.request(at('pl'), { method: 'DELETE', headers: { 'If-Match': '"other"' } })
    expect(await refusal(wrong)).toEqual([412, 'captions_changed'])
    const gone = await ada.request(at('pl'), { method: 'DELETE', headers: { 'If-Match': etag } })
    expect(gone.status).toBe(204)
    expect((await ada.request(at('pl'))).status).toBe(404)
    expect((await listOf(ada)).map(({ language }) => language)).not.toContain('pl')
    await documentOf(await putCues(at('pl'), { cues }))
  })

  test('every version of the words has an object of its own', async () => {
    const { etag } = await documentOf(await putCues(at('sv'), { cues }))
    const before = await objectKeyOf(film, 'sv')
    await documentOf(await putCues(at('sv'), { cues }, { 'If-Match': etag }))
    const after = await objectKeyOf(film, 'sv')
    expect(after).not.toBe(before)
    expect(after).toMatch(new RegExp(`^videos/${film}/captions/sv-[0-9a-f]{24}\\.vtt$`))
  })

  test('they can be brought before the video has a single byte', async () => {
    const draft = (await (await ada.send('POST', '/api/videos/drafts', { title: 'Soon' })).json()) as { id: string }
    await documentOf(await put(ada, at('en', '', draft.id), srt))
    expect(await listOf(ada, draft.id)).toHaveLength(1)
  })
})

describe('who may', () => {
  test('read the list: whoever may watch; the words and changes are for the owner', async () => {
    const secret = await api.addVideo(ada, { visibility: 'private' })
    await documentOf(await put(ada, at('en', '', secret), srt))
    expect((await fetch(`${api.url}/api/videos/${secret}/captions`)).status).toBe(404)
    expect((await eve.request(`/api/videos/${secret}/captions`)).status).toBe(404)
    expect(await listOf(ada, secret)).toHaveLength(1)
    for (const videoId of [secret, film]) {
      expect((await eve.request(at('en', '', videoId))).status).toBe(404)
      expect((await eve.request(at('en', '/file', videoId))).status).toBe(404)
      expect((await put(eve, at('en', '', videoId), srt)).status).toBe(404)
      expect((await eve.send('PATCH', at('en', '', videoId), { isDefault: true })).status).toBe(404)
      expect((await eve.send('DELETE', at('en', '', videoId))).status).toBe(404)
      const nobody = await fetch(`${api.url}${at('en', '', videoId)}`, { method: 'PUT', body: srt })
      expect(nobody.status).toBe(401)
    }
  })
})

describe('what is refused', () => {
  test.each([
    ['no language', 'klingonese-x', srt, 422, 'captions_language'],
    ['a way out of the folder', '..%2f..%2fen', srt, 422, 'captions_language'],
    ['no captions', 'en', '<html>', 422, 'captions_unreadable'],
    ['an empty file', 'en', '', 422, 'captions_no_file'],
    ['more than 1 MB', 'en', 'x'.repeat(1_000_001), 413, 'captions_too_large'],
  ])('%s', async (_, language, body, status, code) => {
    expect(await refusal(await put(ada, at(language), body))).toEqual([status, code])
  })

  test.each([
    ['no cues', { cues: [] }, 422, 'captions_empty'],
    ['a cue that ends before it begins', { cues: [{ ...cues[0], endMs: 0 }] }, 422, 'captions_cue'],
    ['a time that is none', { cues: [{ ...cues[0], startMs: 0.5 }] }, 400, 'bad_request'],
    ['markup around nothing', { cues: [{ ...cues[0], text: '<b> </b>' }] }, 422, 'captions_cue'],
    [
      'words that take more than 1 MB',
      { cues: Array(501).fill({ ...cues[0], text: '&'.repeat(2_000) }) },
      413,
      'captions_too_large',
    ],
  ])('%s', async (_, body, status, code) => {
    expect(await refusal(await putCues(at('en'), body))).toEqual([status, code])
  })

  test('JSON that is none', async () => {
    const answer = await put(ada, at('en'), '{"cues":[', { 'Content-Type': 'application/json' })
    expect(await refusal(answer)).toEqual([400, 'bad_json'])
  })
})

test('whoever changes words hundreds of times a day is told to wait, and what there is stays', async () => {
  const other = await api.addVideo(ada)
  expect((await put(ada, at('de', '', other), srt)).status).toBe(200)
  const folder = join(api.folder, 'storage', 'videos', other, 'captions')
  for (let version = 0; version < 499; version++) await writeFile(join(folder, `de-${version}.vtt`), 'WEBVTT')
  const again = await put(ada, at('de', '', other), srt, { 'If-Match': '*' })
  expect(await refusal(again)).toEqual([429, 'captions_too_often'])
  expect(await listOf(ada, other)).toHaveLength(1)
})
