import { expect, test } from 'vitest'
import { type Fences, launchLine, noFences } from './launch-line.ts'

const limits = { maxMemoryMb: 1, maxCpuSeconds: 1.5, maxFileMb: 1, maxProcesses: 9 }
const place = { folder: '/data/work/1/video', toolFolders: ['/opt/ffmpeg'] }
const all: Fences = {
  canLimit: true,
  canUnshare: true,
  canDieWithParent: true,
  canHideFiles: true,
  canForbidNesting: true,
  canBoundProcesses: true,
}

test('bubblewrap stands for a network of one’s own and for dying with the worker, so that fewer programs are started', () => {
  const line = launchLine(all, limits, place)
  expect(line.filter((word) => ['prlimit', 'bwrap', 'unshare', 'setpriv'].includes(word))).toEqual([
    'prlimit',
    'bwrap',
    'prlimit',
  ])
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
  expect(launchLine(noFences, limits, place)).toEqual([])
})

test('processes are bounded inside bubblewrap, where those of one job are counted and not all of this user’s', () => {
  expect(launchLine(all, limits, place).slice(-4)).toEqual(['--', 'prlimit', '--nproc=9', '--'])
  expect(launchLine({ ...all, canHideFiles: false }, limits, place)).not.toContain('--nproc=9')
})

test('a file that others may share can be read by the job and not be written', () => {
  const line = launchLine(all, limits, { ...place, shared: ['in', 'verify.mp4'] })
  const at = line.indexOf(`${place.folder}/in`)
  expect(line.slice(at - 1, at + 2)).toEqual(['--ro-bind-try', `${place.folder}/in`, '/job/in'])
  expect(at).toBeGreaterThan(line.indexOf('--bind'))
  expect(line).toContain(`${place.folder}/verify.mp4`)
})
