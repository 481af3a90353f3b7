import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    isThorough: boolean
  }
}

/** Further cases that cost seconds each: tried by `npm run test:faults`, while the default tests keep those beside them. */
export function rarely<Case>(cases: readonly Case[]): readonly Case[] {
  return inject('isThorough') ? cases : []
}
