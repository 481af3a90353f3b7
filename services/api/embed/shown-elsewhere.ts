import { siteBuckets } from '#contract/play-token.ts'

/**
 * Pages of one site that another site shows: translators, AMP caches, archives, feed readers. Gives the host of the
 * page's own site where the showing host's name tells it, else the name of a bucket; null for every other host.
 * Only the host is looked at: of the frames around a player browsers tell nothing more, and all signals must agree.
 */
export function shownElsewhere(host: string): { host: string } | { bucket: string } | null {
  for (const [suffix, bucket] of showingHosts) {
    if (host !== suffix && !host.endsWith(`.${suffix}`)) continue
    const label = host.slice(0, -suffix.length - 1)
    const original = encoding.has(suffix) ? decodeLabel(label) : null
    return original ? { host: original } : { bucket }
  }
  return null
}

/** Hosts that write the original's host into their first label. */
const encoding = new Set(['translate.goog', 'cdn.ampproject.org', 'bing-amp.com'])

const { translator, reader } = siteBuckets

const showingHosts: [suffix: string, bucket: string][] = [
  ['translate.goog', translator],
  ['translate.googleusercontent.com', translator],
  ['translatetheweb.com', translator],
  ['microsofttranslator.com', translator],
  ['translatoruser.net', translator],
  ['translatoruser-int.com', translator],
  ['translate.yandex.net', translator],
  ['translate.yandex.com', translator],
  ['translate.yandex.ru', translator],
  ['translate.baiducontent.com', translator],
  ['papago.naver.net', translator],
  ['cdn.ampproject.org', reader],
  ['bing-amp.com', reader],
  ['web.archive.org', reader],
  ['webcache.googleusercontent.com', reader],
  ['archive.today', reader],
  ['archive.ph', reader],
  ['feedly.com', reader],
  ['inoreader.com', reader],
  ['newsblur.com', reader],
  ['theoldreader.com', reader],
  ['feedbin.com', reader],
  ['feedbin.me', reader],
  ['bazqux.com', reader],
  ['netvibes.com', reader],
  ['feeder.co', reader],
  ['getpocket.com', reader],
  ['instapaper.com', reader],
  ['raindrop.io', reader],
  ['readwise.io', reader],
  ['matter.app', reader],
]

/** Google's way, which the others took over: `a.b-c.com` is written `a-b--c-com`. Null where the label is a hash or no host. */
function decodeLabel(label: string): string | null {
  if (label === '' || label.includes('.')) return null
  const host = label.replaceAll('--', '\0').replaceAll('-', '.').replaceAll('\0', '-')
  return /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/.test(host) ? host : null
}
