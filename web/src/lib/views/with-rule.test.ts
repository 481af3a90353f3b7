import { expect, test } from 'vitest'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { withRule } from './with-rule.ts'

const policy: EmbedPolicy = { mode: 'report-only', sites: [{ site: 'a.example', action: 'block' }] }

test('a site has one rule at a time, and the mode stays', () => {
  expect(withRule(policy, ' A.example ', 'allow')).toEqual({
    mode: 'report-only',
    sites: [{ site: 'a.example', action: 'allow' }],
  })
})

test('taking a rule away leaves the others', () => {
  const two = withRule(policy, 'b.example', 'click-to-play')
  expect(withRule(two, 'a.example', null).sites).toEqual([{ site: 'b.example', action: 'click-to-play' }])
})
