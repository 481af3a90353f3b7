import { expect, test } from 'vitest'
import { allowMedia } from './allow-media.ts'

const policy = "default-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; frame-src 'self'"

test('pictures and videos may come from where this site keeps them, and nothing else may', () => {
  expect(allowMedia(policy, 'https://cdn.example')).toBe(
    "default-src 'self'; img-src 'self' data: https://cdn.example; media-src 'self' https://cdn.example; connect-src 'self' https://cdn.example; frame-src 'self'",
  )
})

test('where media are the site’s own the policy stays as it is', () => {
  expect(allowMedia(policy, undefined)).toBe(policy)
})
