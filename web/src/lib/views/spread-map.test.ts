import fc from 'fast-check'
import { expect, test } from 'vitest'
import { labelWidth, layOutMap } from './spread-map.ts'

function site(name: string, starts: number, firstSeenMs: number) {
  return { site: name, starts, firstSeenMs }
}

test('sites stand clockwise from the top in the order in which they picked the video up', () => {
  const map = layOutMap([site('late', 5, 300), site('first', 1, 100), site('middle', 9, 200)], 720)
  expect(map.nodes.map((node) => [node.site, node.order])).toEqual([
    ['first', 1],
    ['middle', 2],
    ['late', 3],
  ])
  const [first, middle, late] = map.nodes
  expect(first!.y).toBeLessThan(map.middle.y)
  expect(middle!.x).toBeGreaterThan(map.middle.x)
  expect(late!.x).toBeLessThan(map.middle.x)
})

test('the area of a circle is in proportion to starts', () => {
  const [one, four] = layOutMap([site('one', 1_000, 1), site('four', 4_000, 2)], 720).nodes
  expect((four!.radius / one!.radius) ** 2).toBeCloseTo(4)
})

test('a site without a single start is still to be seen', () => {
  expect(layOutMap([site('quiet', 0, 1), site('loud', 9_999, 2)], 720).nodes[0]!.radius).toBeGreaterThan(8)
})

test('on any screen and with any sites nothing overlaps, leaves the frame or is lost without being counted', () => {
  const sites = fc.array(fc.record({ starts: fc.nat(1_000_000), firstSeenMs: fc.nat(1_000) }), { maxLength: 60 })
  fc.assert(
    fc.property(sites, fc.integer({ min: 280, max: 1_240 }), (list, width) => {
      const map = layOutMap(
        list.map((row, index) => ({ site: `site-${index}.example`, ...row })),
        width,
      )
      expect(map.nodes.length + map.leftOut).toBe(list.length)
      const half = labelWidth(width) / 2
      for (const [index, node] of map.nodes.entries()) {
        expect(node.x - half).toBeGreaterThanOrEqual(0)
        expect(node.x + half).toBeLessThanOrEqual(width)
        expect(node.y - node.radius).toBeGreaterThanOrEqual(0)
        expect(node.y + node.radius).toBeLessThanOrEqual(map.height)
        for (const other of map.nodes.slice(index + 1)) {
          expect(Math.hypot(node.x - other.x, node.y - other.y)).toBeGreaterThan(node.radius + other.radius)
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('a few sites always find room, also on a phone', () => {
  const few = Array.from({ length: 8 }, (_, index) => site(`s${index}`, 10 + index, index))
  expect(layOutMap(few, 328).leftOut).toBe(0)
  expect(layOutMap(few, 720).leftOut).toBe(0)
})
