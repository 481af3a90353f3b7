import { type Lang, langs } from './words.ts'

/** The cookie is the visitor's own word and wins; then the browser's list in its order of preference; then English. */
export function chooseLang(cookie: string | undefined, acceptLanguage: string | null): Lang {
  return (
    asLang(cookie) ??
    preferred(acceptLanguage ?? '')
      .map(asLang)
      .find(Boolean) ??
    'en'
  )
}

function asLang(tag: string | undefined): Lang | undefined {
  const primary = tag?.toLowerCase().split('-')[0]
  return langs.find((lang) => lang === primary)
}

function preferred(header: string): string[] {
  const entries = header.split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().split(';')
    const quality = parameters.map((text) => text.trim()).find((text) => text.startsWith('q='))
    return { tag: tag.trim(), quality: quality ? Number(quality.slice(2)) : 1 }
  })
  return entries
    .filter((entry) => entry.quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map((entry) => entry.tag)
}
