import type { Handle, HandleFetch, HandleServerError } from '@sveltejs/kit/hooks'
import { sequence } from '@sveltejs/kit/hooks'
import { allowMedia } from '#web/server/allow-media.ts'
import { config } from '#web/server/config.ts'
import { toApi } from '#web/server/to-api.ts'
import { chooseLang } from '#web/words/choose-lang.ts'

/** Which language and which light the visitor wants, known before the first byte so that nothing flickers. */
const prefer: Handle = ({ event, resolve }) => {
  const { cookies, locals, request } = event
  locals.lang = chooseLang(cookies.get('lang'), request.headers.get('accept-language'))
  const theme = cookies.get('theme')
  locals.theme = theme === 'light' || theme === 'dark' ? theme : ''
  return resolve(event, {
    transformPageChunk: ({ html }) =>
      html.replace('%qqvideo.lang%', locals.lang).replace('%qqvideo.theme%', locals.theme),
    preload: ({ type, path }) => type !== 'font' || path.includes('inter-latin-wght'),
  })
}

const harden: Handle = async ({ event, resolve }) => {
  const response = await resolve(event)
  const policy = response.headers.get('content-security-policy')
  if (policy) response.headers.set('content-security-policy', allowMedia(policy, config.MEDIA_ORIGIN))
  response.headers.set('x-content-type-options', 'nosniff')
  response.headers.set('referrer-policy', 'strict-origin-when-cross-origin')
  response.headers.set('permissions-policy', 'camera=(self), microphone=(self), display-capture=(self)')
  return response
}

export const handle = sequence(harden, prefer)

export const handleFetch: HandleFetch = ({ event, request, fetch }) => {
  const url = new URL(request.url)
  const isApi = url.origin === event.url.origin && url.pathname.startsWith('/api/')
  return isApi ? fetch(toApi(event, request)) : fetch(request)
}

export const handleError: HandleServerError = ({ error, kind, event }) => {
  if (kind !== 'unknown') return
  // One JSON line, like the other programs write; the visitor is told nothing of it.
  const stack = error instanceof Error ? error.stack : String(error)
  console.error(JSON.stringify({ level: 50, name: 'web', route: event.route.id, err: stack, msg: 'page failed' }))
  return { code: 'internal' }
}
