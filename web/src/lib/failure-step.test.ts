import { expect, test } from 'vitest'
import { errors } from '#contract/errors.ts'
import { failureStep, failureSteps } from './failure-step.ts'
import { zh } from './words/zh.ts'

test.each(Object.keys(failureSteps))('%s is told in a sentence of either language', (code) => {
  expect(errors[code as keyof typeof errors].message).toMatch(/^[A-Z].*\.$/)
  expect(zh.errors[code]).toMatch(/。$/)
})

test('a code that we do not know has no button', () => {
  expect(failureStep('something_new')).toBeNull()
})
