import { expect, test } from 'vitest'
import { cleanText, stderrKeeper } from './clean-stderr.ts'

test('what Postgres refuses and logs break on is taken out: NUL, control characters, broken UTF-8', () => {
  expect(cleanText(Buffer.from('a\0b\x1b[31mc\nd\te'))).toBe('a b [31mc\nd\te')
  expect(cleanText(Buffer.from([0x61, 0xff, 0xfe, 0x62]))).toBe('a\ufffd\ufffdb')
})

test('of endless complaints the last 4 kB are kept', () => {
  const stderr = stderrKeeper()
  for (let line = 0; line < 100_000; line++) stderr.add(Buffer.from(`complaint ${line}\n`))
  expect(stderr.text().length).toBeLessThanOrEqual(4_096)
  expect(stderr.text()).toContain('complaint 99999')
})
