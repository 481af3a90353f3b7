import { describe, expect, it } from 'vitest'
import { newPlayToken, type Opening, openedPlayToken, renewedPlayToken } from './play-tokens.ts'

const own = 'https://videos.example'
const nowMs = Date.UTC(2026, 4, 20, 12)
const instagram =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/22E240 Instagram 380.0.0.30.90'

function opening(what: Partial<Opening> = {}): Opening {
  return {
    video: { id: 'bcdfghjkmnpq', durationMs: 60_000, isOwn: false },
    referrer: `${own}/watch/bcdfghjkmnpq`,
    fetchDestination: 'iframe',
    ownOrigin: own,
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    embedKey: '',
    cameFrom: '',
    viewer: '00000000000000aa',
    nowMs,
    ...what,
  }
}

describe('who sent the visitor to our watch page', () => {
  it.each([
    ['https://www.news.example/', 'news.example'],
    ['https://t.me', 't.me'],
    ['android-app://com.example', '(app)'],
    [`${own}/v/somebody`, undefined],
    ['', undefined],
    ['rubbish', undefined],
  ])('is named like a site: "%s" is %s', (cameFrom, referrer) =>
    expect(newPlayToken(opening({ cameFrom })).referrer).toBe(referrer),
  )

  it.each([undefined, 'https://blog.example/post', `${own}/embed/bcdfghjkmnpq`])(
    'is not believed where the document was asked for by "%s"',
    (referrer) =>
      expect(newPlayToken(opening({ cameFrom: 'https://news.example', referrer })).referrer).toBeUndefined(),
  )
})

describe("a play in an app's own browser", () => {
  const play = newPlayToken(opening({ userAgent: instagram, referrer: undefined }))
  const signals = { ancestors: [], isTop: false, handshake: null }

  it('is put into (app) where nothing names its site, before and after the browser was asked', () => {
    expect(play).toMatchObject({ site: '(app)', grade: 'hidden' })
    expect(openedPlayToken(play, signals, own)).toMatchObject({ site: '(app)', grade: 'hidden', isOpened: true })
  })

  it('has the site that its frames or the Referer name', () => {
    const asked = { ...signals, ancestors: ['https://blog.example'] }
    expect(openedPlayToken(play, asked, own)).toMatchObject({ site: 'blog.example', grade: 'reported' })
    const named = newPlayToken(opening({ userAgent: instagram, referrer: 'https://blog.example/a' }))
    expect(named).toMatchObject({ site: 'blog.example', grade: 'reported' })
  })

  it('of which the app opened the player itself is our own page', () =>
    expect(newPlayToken(opening({ userAgent: instagram, fetchDestination: 'document' })).site).toBe('(this site)'))
})

it('a play in an ordinary browser that hides its site stays (hidden)', () =>
  expect(newPlayToken(opening({ referrer: undefined })).site).toBe('(hidden)'))

describe('a play token that is asked for again', () => {
  const video = { id: 'bcdfghjkmnpq', durationMs: 60_000, isOwn: false }
  const threeHoursLaterMs = nowMs + 3 * 60 * 60_000

  it('knows after the wait how long the video is and since when it plays, and stays in its hour and its lifetime', () => {
    const waiting = newPlayToken(opening({ video: { ...video, durationMs: 0 } }))
    expect(renewedPlayToken(waiting, video, threeHoursLaterMs)).toEqual({
      ...waiting,
      durationMs: 60_000,
      playableAtMs: threeHoursLaterMs,
    })
  })

  it('is the same where nobody had to wait', () => {
    const playing = newPlayToken(opening())
    expect(renewedPlayToken(playing, video, threeHoursLaterMs)).toEqual(playing)
  })

  it('is renewed once, also where the video still grows', () => {
    const waiting = newPlayToken(opening({ video: { ...video, durationMs: 0 } }))
    const growing = renewedPlayToken(waiting, { ...video, durationMs: 0 }, nowMs + 1_000)
    expect(renewedPlayToken(growing, video, threeHoursLaterMs)).toEqual(growing)
  })
})
