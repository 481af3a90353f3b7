import { expect, test } from 'vitest'
import { errors } from '#contract/errors.ts'
import { makingFailures } from '#contract/making-failures.ts'
import { zh } from './zh.ts'

test.each(Object.keys(makingFailures))('%s is told in a sentence of either language', (code) => {
  expect(errors[code as keyof typeof errors].message).toMatch(/^[A-Z].*\.$/)
  expect(zh.errors[code]).toMatch(/。$/)
})

test('nobody is told to upload again what is kept, or addressed in two ways', () => {
  for (const code of Object.keys(makingFailures)) {
    expect([code, errors[code as keyof typeof errors].message]).not.toEqual([code, expect.stringMatching(/upload/i)])
    expect([code, zh.errors[code]]).not.toEqual([code, expect.stringMatching(/上传|您/)])
  }
})
