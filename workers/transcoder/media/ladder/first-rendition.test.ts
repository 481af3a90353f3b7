import { expect, test } from 'vitest'
import { testSource } from '#support/media-source.ts'
import { chooseFirst, firstCommand } from './first-rendition.ts'

test.each<[string, [number, number], { width: number; height: number }]>([
  ['a large one is shrunk to 480 lines', [1_920, 1_080], { width: 854, height: 480 }],
  ['a portrait has 480 columns', [1_080, 1_920], { width: 480, height: 854 }],
  ['a small one keeps its size', [320, 240], { width: 320, height: 240 }],
  ['odd sides become even', [333, 251], { width: 332, height: 250 }],
])('%s', (_what, [displayWidth, displayHeight], shown) => {
  expect(chooseFirst(testSource({ displayWidth, displayHeight }))).toMatchObject(shown)
})

test.each([
  [24, 1, 24],
  [30_000, 1_001, 29.97],
  [60_000, 1_001, 29.97],
  [50, 1, 25],
  [60, 1, 30],
  [40, 1, 30],
])('of %d/%d pictures per second %d are shown', (numerator, denominator, shown) => {
  const { frameRate } = chooseFirst(testSource({ frameRate: { numerator, denominator } }))
  expect(frameRate.numerator / frameRate.denominator).toBeCloseTo(shown, 2)
})

const limits = { canToneMap: true, maxDurationS: 60 }
const wordsOf = (source: Parameters<typeof firstCommand>[0]) =>
  firstCommand(source, 'first', limits).outputs[0]!.options.join(' ')

test('HDR is made fit for ordinary screens after it was shrunk', () => {
  expect(wordsOf(testSource({ hdr: 'pq' }))).toMatch(/scale=854:480\S*,zscale\S*tonemap/)
  expect(wordsOf(testSource())).not.toContain('tonemap')
})

test('picture and sound go together, and a silent video has none', () => {
  expect(wordsOf(testSource())).toMatch(/-map 0:0 .*-map 0:1 .*-c:a aac .*-ac 2/)
  expect(wordsOf(testSource({}, null))).not.toContain('-c:a')
})

test('there are three segments to begin with after four seconds, and none of them is far from the next', () => {
  const instants: number[] = []
  const [, expression] = /-force_key_frames expr:gte\(t,(.*?)\) -forced-idr/.exec(wordsOf(testSource()))!
  const next = new Function('n_forced', 'choose', 'lt', `return ${expression!.replaceAll('if(', 'choose(')}`)
  for (let forced = 0; forced < 9; forced++) {
    instants.push(
      next(
        forced,
        (isSo: boolean, one: number, other: number) => (isSo ? one : other),
        (a: number, b: number) => a < b,
      ),
    )
  }
  expect(instants).toEqual([0, 1, 2, 4, 6, 8, 12, 16, 20])
})
