import { expect, test } from 'vitest'
import { cleanLine } from './clean-line.ts'

test.each([
  ['two lines and a tab become one', ' Kites\r\n\tin\u00a0 spring\u2028', 'Kites in spring'],
  ['control characters are no part of it', 'a\u0000b\u001b[31mc\u009b', 'a b [31mc'],
  ['nothing in it turns the words around it', '\u202egpj.exe\u2066 \u200fend\u061c', 'gpj.exe end'],
  ['nothing in it is there without being seen', '\u200b\ufeff=a\u00ad\u2060b', '=ab'],
  ['half a character is told as such', 'a\ud83d', 'a\ufffd'],
  ['other scripts and joined pictures stay as they are', '春天的风筝 👨‍👩‍👧 نامه‌ای', '春天的风筝 👨‍👩‍👧 نامه‌ای'],
  ['it is cut after 200 units of UTF-16, between two characters', `a${'🪁'.repeat(300)}`, `a${'🪁'.repeat(99)}`],
  ['one of spaces alone is none', ' \u200e\n ', ''],
])('%s', (_, told, shown) => {
  expect(cleanLine(told, 200)).toBe(shown)
})
