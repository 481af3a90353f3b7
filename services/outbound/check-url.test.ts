import { expect, test } from 'vitest'
import { checkUrl } from './check-url.ts'
import { isPublicAddress } from './is-public-address.ts'

const rules = { isAllowed: isPublicAddress, ports: [80, 443] }

function reasonOf(text: string): string {
  try {
    checkUrl(text, rules)
    return 'allowed'
  } catch (error) {
    return (error as { reason: string }).reason
  }
}

test.each([
  'http://127.1/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://2130706433/',
  'http://0/',
  'http://127.0.0.1./',
  'http://①②⑦.⓪.⓪.①/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::a00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[fd00::1]/',
  'http://[fe80::1]/',
  'http://169.254.169.254/latest/meta-data/',
  'http://100.64.0.1/',
  'http:\\\\10.0.0.1\\',
])('%s is an address of a private network', (text) => {
  expect(reasonOf(text)).toBe('private')
})

test.each([
  ['gopher://example.org/', 'scheme'],
  ['file:///etc/passwd', 'scheme'],
  ['data:video/mp4,AAAA', 'scheme'],
  ['ftp://example.org/a.mp4', 'scheme'],
  ['http://example.org@127.0.0.1/', 'credentials'],
  ['http://user:secret@example.org/', 'credentials'],
  ['http://example.org:22/', 'port'],
  ['https://example.org:8080/', 'port'],
  ['http://', 'malformed'],
  ['example.org/a.mp4', 'malformed'],
  ['http://[fe80::1%25eth0]/', 'malformed'],
  ['http://1.2.3.4.5.6:99999/', 'malformed'],
  ['http://example.org/a.mp4', 'allowed'],
  ['https://8.8.8.8:443/a.mp4', 'allowed'],
  ['http://example.org:443/', 'allowed'],
])('%s: %s', (text, reason) => {
  expect(reasonOf(text)).toBe(reason)
})
