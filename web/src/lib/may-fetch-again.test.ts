import { expect, test } from 'vitest'
import { mayFetchAgain } from './may-fetch-again.ts'

test.each(['import_private', 'import_scheme', 'import_port', 'import_credentials', 'import_malformed'])(
  'an address that is refused with %s is not tried again',
  (code) => expect(mayFetchAgain(code)).toBe(false),
)

test.each(['import_unreachable', 'import_not_found', 'import_denied', 'storage_full', undefined])(
  'after %s another try may help',
  (code) => expect(mayFetchAgain(code)).toBe(true),
)
