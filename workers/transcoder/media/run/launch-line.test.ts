import { expect, test } from 'vitest'
import { launchLine } from './launch-line.ts'

const limits = { maxMemoryMb: 1, maxCpuSeconds: 1.5, maxFileMb: 1 }
const place = { folder: '/data/work/1/video', toolFolders: ['/opt/ffmpeg'] }
const all = { canLimit: true, canUnshare: true, canDieWithParent: true, canHideFiles: true, canForbidNesting: true }

test('bubblewrap stands for a network of one’s own and for dying with the worker, so that fewer programs are started', () => {
  const line = launchLine(all, limits, place)
  expect(line.filter((word) => ['prlimit', 'bwrap', 'unshare', 'setpriv'].includes(word))).toEqual(['prlimit', 'bwrap'])
  expect(line).toEqual(expect.arrayContaining(['--unshare-all', '--die-with-parent', '--new-session', '--cpu=2']))
})

test('of the machine’s files only the job’s folder can be written, and only programs be read', () => {
  const line = launchLine(all, limits, place)
  const after = (option: string) => line.flatMap((word, index) => (word === option ? [line[index + 1]] : []))
  expect(after('--bind')).toEqual([place.folder])
  expect(after('--ro-bind-try')).toContain('/opt/ffmpeg')
  expect(
    after('--ro-bind-try').filter((path) => !/^(\/opt\/ffmpeg|(\/usr(\/local)?)?\/(bin|lib(64)?))$/.test(path!)),
  ).toEqual(['/etc/ld.so.cache', '/etc/alternatives'])
})

test('without bubblewrap the network and the worker’s death are fenced one by one; without anything the program runs bare', () => {
  expect(launchLine({ ...all, canHideFiles: false }, limits, place).filter((word) => !word.startsWith('-'))).toEqual([
    'prlimit',
    'unshare',
    'setpriv',
  ])
  const none = { ...all, canLimit: false, canUnshare: false, canDieWithParent: false, canHideFiles: false }
  expect(launchLine(none, limits, place)).toEqual([])
})
