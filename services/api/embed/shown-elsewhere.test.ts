import { describe, expect, it } from 'vitest'
import { siteName } from './site-name.ts'

const own = 'https://videos.example'

describe('a page that another site shows', () => {
  it.each([
    ['https://www-example-com.translate.goog/a?_x_tr_sl=de', 'example.com'],
    ['https://my--blog-example-co-uk.translate.goog', 'example.co.uk'],
    ['https://a-github-io.translate.goog', 'a.github.io'],
    ['https://xn----bcher--kva8b-example.translate.goog', 'xn--bcher-kva8b.example'],
    ['https://www-example-com.cdn.ampproject.org/c/s/www.example.com/post', 'example.com'],
    ['https://news--site-example.bing-amp.com/', 'news-site.example'],
    ['https://192-168-1-4.translate.goog', '(private network)'],
  ])('%s belongs to %s', (address, name) => expect(siteName(address, own)).toBe(name))

  it.each([
    ['https://translate.goog', '(translator)'],
    ['https://x.y.translate.goog', '(translator)'],
    ['https://translate.googleusercontent.com/translate_c?u=https://a.example', '(translator)'],
    ['https://www.translatetheweb.com/?a=https://a.example', '(translator)'],
    ['https://1a2b3c.translatoruser-int.com', '(translator)'],
    // Hosts that are too long for a label are hashed.
    ['https://3uqf6gsnqhcvhaidbasz4n5qcqbsxkmchbgbnqtxcdj5kuzwvfyq.cdn.ampproject.org', '(reader)'],
    ['https://cdn.ampproject.org', '(reader)'],
    ['https://web.archive.org/web/2025/https://a.example/post', '(reader)'],
    ['https://feedly.com/i/entry/1', '(reader)'],
    ['https://www.inoreader.com/article/1', '(reader)'],
    ['chrome-distiller://5f3e_1/?url=x', '(reader)'],
    ['about:reader?url=https%3A%2F%2Fa.example', '(reader)'],
  ])('%s falls into %s', (address, bucket) => expect(siteName(address, own)).toBe(bucket))

  it.each([
    ['https://mytranslate.goog', 'mytranslate.goog'],
    ['https://notfeedly.com', 'notfeedly.com'],
    ['https://archive.org/details/x', 'archive.org'],
    ['https://translate.goog.evil.example', 'evil.example'],
  ])('%s only looks like it and is %s', (address, name) => expect(siteName(address, own)).toBe(name))

  it.each(['about:blank', 'about:srcdoc'])('%s names no site', (address) => expect(siteName(address, own)).toBeNull())
})
