import { expect, test } from 'vitest'
import { senderOf } from './sender-of.ts'

const own = 'https://videos.example'

test.each([
  ['https://news.example/a?session=secret', 'https://news.example'],
  ['http://videos.example/', 'http://videos.example'],
  ['android-app://org.telegram.messenger/', 'android-app://org.telegram.messenger'],
  ['https://videos.example/v/somebody', ''],
  ['', ''],
  ['rubbish', ''],
])('a visitor from "%s" was sent by "%s"', (referrer, sender) => expect(senderOf(referrer, own)).toBe(sender))
