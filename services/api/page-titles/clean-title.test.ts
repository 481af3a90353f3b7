import { expect, test } from 'vitest'
import { cleanTitle } from './clean-title.ts'

test.each([
  ['two lines and a tab become one', ' Kites\r\n\tin\u00a0 spring\u2028', 'Kites in spring'],
  ['control characters are no part of it', 'a\u0000b\u001b[31mc\u009b', 'a b [31mc'],
  ['nothing in it turns the words around it', '\u202egpj.exe\u2066 \u200fend\u061c', 'gpj.exe end'],
  ['half a character is told as such', 'a\ud83d', 'a\ufffd'],
  ['other scripts and joined pictures stay as they are', '春天的风筝 👨‍👩‍👧 نامه‌ای', '春天的风筝 👨‍👩‍👧 نامه‌ای'],
  ['it is cut after 200 characters, between two of them', '🪁'.repeat(300), '🪁'.repeat(200)],
  ['one of spaces alone is none', ' \u200e\n ', ''],
])('%s', (_, told, shown) => {
  expect(cleanTitle(told)).toBe(shown)
})
