import { expect, test } from 'vitest'
import { zhWebhook } from './webhook-zh.ts'

test.each([
  ['Your server answered 204.', '你的服务器回应了 204。'],
  ['Your server answered 500. Out of paper. Sorry.', '你的服务器回应了 500。 Out of paper. Sorry.'],
  ['Your server did not answer within 5 seconds.', '你的服务器在 5 秒内没有回应。'],
  ['The connection failed: ECONNRESET.', '连接失败：ECONNRESET。'],
  ['Something that was never said before.', 'Something that was never said before.'],
])('“%s” of a webhook is told in Chinese where it is known', (english, chinese) => {
  expect(zhWebhook(english)).toBe(chinese)
})
