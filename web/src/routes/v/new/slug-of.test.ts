import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slugSchema } from '#contract/ids.ts'
import { slugOf } from './slug-of.ts'

test.each([
  ['Dawn walkers', 'dawn-walkers'],
  ['  Café — Zürich!  ', 'cafe-zurich'],
  ['饺子吧', ''],
  ['饺子 2026', '2026'],
])('%s suggests %j', (name, slug) => expect(slugOf(name)).toBe(slug))

test('whatever is suggested is an address that the site accepts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
      const slug = slugOf(name)
      expect(slug === '' || slugSchema.safeParse(slug).success).toBe(true)
    }),
  )
})
