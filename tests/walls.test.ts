import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findCircles, type Import, importsOf, sourceFiles } from '#support/imports.ts'

/** What ARCHITECTURE.md promises about who may know whom; this file is what keeps it true. */
const root = fileURLToPath(new URL('..', import.meta.url))
const files = await sourceFiles(root)
const texts = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(resolve(root, file), 'utf8')] as const)),
)
const imports = files.flatMap((file) => importsOf(file, texts.get(file)!, root))

const programs = ['services/api', 'services/beacon', 'services/media', 'workers/transcoder', 'workers/views']

function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || file.startsWith('tests/') || file.startsWith('bench/')
}

function importsIn(folder: string): Import[] {
  return imports.filter(({ from }) => from.startsWith(`${folder}/`) && !isTest(from))
}

function outside(folder: string, allowed: string[]): string[] {
  return importsIn(folder)
    .filter(({ to }) => to.includes('/') && files.includes(to))
    .filter(({ to }) => ![folder, ...allowed].some((home) => to.startsWith(`${home}/`)))
    .map(({ from, to }) => `${from} -> ${to}`)
}

test('there are sources to look at', () => {
  expect(files.length).toBeGreaterThan(100)
  expect(imports.filter(({ to }) => files.includes(to)).length).toBeGreaterThan(200)
})

test('no imports run in a circle', () => {
  expect(findCircles(imports.filter(({ isTypeOnly }) => !isTypeOnly))).toEqual([])
})

test.each(programs)('%s imports no other program', (program) => {
  const others = programs.filter((other) => other !== program)
  const wrong = importsIn(program).filter(({ to }) => others.some((other) => to.startsWith(`${other}/`)))
  expect(wrong).toEqual([])
})

test.each([
  ['services/contract', []],
  ['services/tokens', ['services/contract']],
  ['services/program', []],
  ['services/outbound', []],
  ['services/sums', ['services/contract']],
  ['services/storage', ['services/contract']],
  ['services/catalog', ['services/contract']],
  ['services/beacon', ['services/contract', 'services/tokens', 'services/program']],
  ['services/media', ['services/contract', 'services/tokens', 'services/program', 'services/storage']],
  [
    'services/api',
    [
      'services/contract',
      'services/tokens',
      'services/program',
      'services/storage',
      'services/catalog',
      'services/sums',
      'services/outbound',
    ],
  ],
  ['workers/transcoder', ['services/contract', 'services/program', 'services/storage', 'services/catalog']],
  [
    'workers/views',
    [
      'services/contract',
      'services/tokens',
      'services/program',
      'services/catalog',
      'services/sums',
      'services/outbound',
    ],
  ],
  ['web/player', ['services/contract']],
  ['web/src', ['services/contract', 'services/program']],
])('%s stands on nothing but %j', (folder, allowed) => {
  expect(importsIn(folder).length).toBeGreaterThan(0)
  expect(outside(folder, allowed)).toEqual([])
})

test('the contract imports only its schema library and no part of Node', () => {
  const libraries = importsIn('services/contract')
    .map(({ to }) => to)
    .filter((to) => !files.includes(to))
  expect(new Set(libraries)).toEqual(new Set(['zod']))
})

test('only the infra puts programs together', () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      !isTest(from) &&
      !from.startsWith('infra/') &&
      programs.some((home) => to.startsWith(`${home}/`) && !from.startsWith(`${home}/`)),
  )
  expect(wrong).toEqual([])
})

function homesOf(library: string): string[] {
  return [...new Set(imports.filter(({ from, to }) => to === library && !isTest(from)).map(({ from }) => from))].sort()
}

test('Express is known to the api alone', () => {
  for (const library of ['express', 'multer', 'helmet']) {
    expect(homesOf(library).length).toBeGreaterThan(0)
    expect(homesOf(library).filter((file) => !file.startsWith('services/api/'))).toEqual([])
  }
})

test('hls.js is attached in one file of the player', () => {
  expect(homesOf('hls.js').concat(homesOf('hls.js/light'))).toHaveLength(1)
})

test('fluent-ffmpeg stands behind one file of the transcoder', () => {
  expect(homesOf('fluent-ffmpeg')).toHaveLength(1)
})

test('ffmpeg is started only by the wrapper of the transcoder', () => {
  const wrong = files.filter(
    (file) =>
      !isTest(file) &&
      !file.startsWith('workers/transcoder/media/run/') &&
      /['"`]ff(mpeg|probe)['"`]/.test(texts.get(file)!) &&
      // Asking for a version before the start, and drawing a clip from a formula, read no uploaded byte.
      !['infra/require-tools.ts', 'infra/demo/make-clip.ts'].includes(file),
  )
  expect(wrong).toEqual([])
})

test('S3 is spoken by the storage adapter and by what tus brings for it', () => {
  expect(homesOf('@aws-sdk/client-s3').filter((file) => !file.startsWith('services/storage/'))).toEqual([])
})

test('the environment is read in config files only', () => {
  const readers = files.filter((file) => !isTest(file) && /process\.env/.test(texts.get(file)!))
  expect(readers.length).toBeGreaterThan(4)
  expect(readers.filter((file) => !/(^|\/)config\.ts$/.test(file))).toEqual([])
})

test('tables are made in .sql files only', () => {
  const makers = files.filter((file) => !isTest(file) && /CREATE (TABLE|MATERIALIZED|INDEX)/i.test(texts.get(file)!))
  // The runner of ClickHouse migrations keeps its own ledger.
  expect(makers.filter((file) => file !== 'infra/clickhouse/migrate.ts')).toEqual([])
})

test('no page puts markup together from text', () => {
  const wrong = files.filter((file) => file.endsWith('.svelte') && texts.get(file)!.includes('{@html'))
  expect(wrong).toEqual([])
})

test('a file says one thing: hardly any is longer than 250 lines', () => {
  const long = files.filter(
    (file) => !isTest(file) && /\.(ts|svelte)$/.test(file) && texts.get(file)!.split('\n').length > 250,
  )
  expect(long.length / files.length).toBeLessThan(0.05)
})
