import { describe, expect, test } from 'vitest'
import { downloadName, endingOf } from './download-name.ts'

describe('the name of a downloaded file', () => {
  test.each([
    ['My kites', 'My kites.mp4'],
    ['../../etc/passwd', 'etc passwd.mp4'],
    ['a\\b/c:d*e?f"g<h>i|j', 'a b c d e f g h i j.mp4'],
    ['\u202egpj.exe', 'gpj.exe.mp4'],
    ['...', 'video.mp4'],
    ['CON', '_CON.mp4'],
    ['nul.txt', '_nul.txt.mp4'],
    ['风筝 🪁', '风筝 🪁.mp4'],
    ['\ud83e', '\ufffd.mp4'],
  ])('of %j is %j', (title, name) => {
    expect(downloadName(title, '.mp4')).toBe(name)
  })

  test('is cut between characters, and short enough for every file system and token', () => {
    const name = downloadName('👩‍👩‍👧‍👦'.repeat(50), '.mp4')
    expect(Buffer.byteLength(name)).toBeLessThan(200)
    expect(name.replace('.mp4', '').replaceAll('👩‍👩‍👧‍👦', '')).toBe('')
  })

  test.each([
    ['IMG_1.MOV', '.mov'],
    ['clip.tar.gz', '.gz'],
    ['noending', ''],
    ['a.b c', ''],
    ['', ''],
  ])('the original keeps the ending of %j: %j', (given, ending) => {
    expect(endingOf(given)).toBe(ending)
  })
})
