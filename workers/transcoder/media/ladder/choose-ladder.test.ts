import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testSource } from '#support/media-source.ts'
import { chooseLadder } from './choose-ladder.ts'

function sizes(displayWidth: number, displayHeight: number): string[] {
  return chooseLadder(testSource({ displayWidth, displayHeight })).renditions.map(
    ({ width, height }) => `${width}x${height}`,
  )
}

test('a 1080p video gets five renditions, the sharpest first', () => {
  expect(sizes(1920, 1080)).toEqual(['1920x1080', '1280x720', '854x480', '640x360', '426x240'])
})

test('an upright video is measured by its short side', () => {
  expect(sizes(720, 1280)).toEqual(['720x1280', '480x854', '360x640', '240x426'])
})

test('4K keeps all of its lines, more are made smaller, and what lies between has the rung below', () => {
  expect(sizes(3840, 2160).slice(0, 3)).toEqual(['3840x2160', '2560x1440', '1920x1080'])
  expect(sizes(2160, 3840)[0]).toBe('2160x3840')
  expect(sizes(7680, 4320)[0]).toBe('3840x2160')
  expect(sizes(3840, 1600)[0]).toBe('3456x1440')
  const { renditions } = chooseLadder(testSource({ displayWidth: 3840, displayHeight: 2160 }))
  expect(renditions.map((r) => r.maxBitsPerSecond).slice(0, 3)).toEqual([16_000_000, 9_000_000, 5_000_000])
})

test('an operator of a small machine says how many lines are made at most', () => {
  const of = (displayWidth: number, displayHeight: number) =>
    chooseLadder(testSource({ displayWidth, displayHeight }), 1080).renditions[0]!.name
  expect(of(3840, 2160)).toBe('1080p')
  expect(of(2160, 3840)).toBe('1080p')
  expect(of(2000, 1300)).toBe('1080p')
  expect(of(1024, 576)).toBe('576p')
})

test('a panorama has no more lines than let phones decode its rows', () => {
  expect(sizes(8192, 2160)[0]).toBe('4096x1080')
  expect(sizes(5120, 2160)[0]).toBe('3414x1440')
})

test('a size well above a rung stays the top; one hardly above it does not', () => {
  expect(sizes(1024, 576)[0]).toBe('1024x576')
  expect(sizes(960, 540)[0]).toBe('854x480')
})

test('a tiny video keeps its size', () => {
  expect(sizes(60, 40)).toEqual(['60x40'])
})

test('sides are even, never above the source, and keep its shape, whatever its size', () => {
  const side = fc.integer({ min: 16, max: 8192 })
  fc.assert(
    fc.property(side, side, (displayWidth, displayHeight) => {
      const { renditions } = chooseLadder(testSource({ displayWidth, displayHeight }))
      expect(renditions.length).toBeGreaterThan(0)
      expect(new Set(renditions.map((rendition) => rendition.name)).size).toBe(renditions.length)
      for (const { width, height } of renditions) {
        expect((width % 2) + (height % 2)).toBe(0)
        expect(width).toBeLessThanOrEqual(displayWidth)
        expect(height).toBeLessThanOrEqual(displayHeight)
        // Rounding to even moves a side by two at most.
        expect(Math.abs(width - (height * displayWidth) / displayHeight)).toBeLessThanOrEqual(
          2 + (2 * displayWidth) / displayHeight,
        )
      }
    }),
  )
})

test('peaks fall from rung to rung, and fast motion gets more', () => {
  const peaks = (numerator: number) =>
    chooseLadder(testSource({ frameRate: { numerator, denominator: 1 } })).renditions.map((r) => r.maxBitsPerSecond)
  expect(peaks(30)).toEqual([2_800_000, 1_400_000, 800_000, 400_000])
  expect(peaks(60)).toEqual([4_200_000, 2_100_000, 1_200_000, 600_000])
})

test('small sizes are made better than large ones, since they are shown larger than they are', () => {
  const { renditions } = chooseLadder(testSource({ displayWidth: 1920, displayHeight: 1080 }))
  expect(renditions.map(({ rateFactor }) => rateFactor)).toEqual([23, 23, 22, 21, 21])
})
