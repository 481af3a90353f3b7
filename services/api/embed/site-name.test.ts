import { describe, expect, it } from 'vitest'
import { pageAddress, siteName, webOrigin } from './site-name.ts'

const own = 'https://videos.example'

describe('the name of a site', () => {
  it.each([
    ['https://www.example.com/a', 'example.com'],
    ['https://news.bbc.co.uk', 'bbc.co.uk'],
    ['https://a.github.io/x', 'a.github.io'],
    ['https://deep.b.github.io', 'b.github.io'],
    ['https://github.io', 'github.io'],
    ['http://blog.example:8080/post', 'blog.example'],
    ['http://forum.example/thread/1?x=1', 'forum.example'],
    ['https://xn--bcher-kva.example', 'bücher.example'],
    ['https://m.例子.中国/', '例子.中国'],
    ['https://EXAMPLE.com.', 'example.com'],
    ['https://user:secret@example.com/', 'example.com'],
    ['https://8.8.8.8/x', '8.8.8.8'],
  ])('%s is %s', (address, name) => expect(siteName(address, own)).toBe(name))

  it.each([
    ['https://videos.example/watch/1', '(this site)'],
    ['http://videos.example/watch/1', 'videos.example'],
    ['http://localhost:3000', '(localhost)'],
    ['http://app.localhost', '(localhost)'],
    ['http://127.0.0.1:8080', '(localhost)'],
    ['http://127.1', '(localhost)'],
    ['http://[::1]:8080', '(localhost)'],
    ['http://192.168.1.4', '(private network)'],
    ['http://10.0.0.1', '(private network)'],
    ['http://172.20.1.1', '(private network)'],
    ['http://100.64.0.1', '(private network)'],
    ['http://169.254.1.1', '(private network)'],
    ['http://[fd00::1]', '(private network)'],
    ['http://[fe80::1]', '(private network)'],
    ['http://wiki', '(private network)'],
    ['http://printer.local', '(private network)'],
    ['file:///home/me/page.html', '(file)'],
    ['capacitor://localhost', '(app)'],
    ['android-app://com.example', '(app)'],
  ])('%s falls into %s', (address, bucket) => expect(siteName(address, own)).toBe(bucket))

  it.each(['', 'null', 'about', 'not an address', `https://${'a'.repeat(5000)}.com`])(
    'there is none in "%.20s"',
    (address) => expect(siteName(address, own)).toBeNull(),
  )

  it('does not mind an own origin that is unknown', () => expect(siteName('https://a.com', '')).toBe('a.com'))
})

describe('the address of a page', () => {
  it('loses query, fragment and credentials', () =>
    expect(pageAddress('https://me:pw@Forum.example:81/thread/1?token=x#top')).toBe(
      'https://forum.example:81/thread/1',
    ))
  it('is cut to 512 characters', () => expect(pageAddress(`https://a.example/${'x'.repeat(900)}`)).toHaveLength(512))
  it.each(['file:///a', 'javascript:alert(1)', 'data:text/html,x', 'null', ''])('is empty for "%s"', (address) =>
    expect(pageAddress(address)).toBe(''),
  )
})

describe('a web origin', () => {
  it('is scheme, host and port', () => expect(webOrigin('http://a.example:80/x')).toBe('http://a.example'))
  it('is null for an opaque one', () => expect(webOrigin('null')).toBeNull())
})
