import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beaconSchema } from '#contract/play-state.ts'
import { beacon, watched } from '#support/plays.ts'
import { isBeacon, readBeacon } from './read-beacon.ts'

const genuine = beacon({ seq: 3, state: watched(20, { playing: true }) })

/** Values that are wrong for one field and right for another. */
const anything = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.5, -0, 65_535, 65_536, 0xffff_ffff, 0x1_0000_0000, 1_000_000, 1_000_001, Number.NaN),
  fc.constantFrom('no', 'person', 'autoplay', '', 'x'.repeat(2_048), 'x'.repeat(2_049), '0'.repeat(25), '0'.repeat(26)),
  fc.constantFrom('A'.repeat(25), `${'0'.repeat(25)}\n`, true, false, null, undefined, [], {}),
  fc.anything(),
)

test('the quick check takes what players send', () => {
  expect(isBeacon(genuine)).toBe(true)
})

test('the quick check never takes what the contract refuses, whichever field is changed to whatever', () => {
  const fields = fc.constantFrom(...Object.keys(genuine), ...Object.keys(genuine.state))
  fc.assert(
    fc.property(fields, anything, (field, value) => {
      const changed =
        field in genuine ? { ...genuine, [field]: value } : { ...genuine, state: { ...genuine.state, [field]: value } }
      expect(isBeacon(changed)).toBe(beaconSchema.safeParse(changed).success)
    }),
    { numRuns: 5_000 },
  )
})

test('the quick check takes no other JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(isBeacon(value)).toBe(false)
    }),
  )
})

test('a field that is missing is named', () => {
  const { watchedMs, ...rest } = genuine.state
  expect(watchedMs).toBe(20_000)
  expect(() => readBeacon(JSON.stringify({ ...genuine, state: rest }))).toThrow(/look at state\.watchedMs\./)
})
