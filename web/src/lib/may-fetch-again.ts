import type { ErrorCode } from '#contract/errors.ts'

const verdicts: ReadonlySet<string> = new Set([
  'import_malformed',
  'import_scheme',
  'import_credentials',
  'import_port',
  'import_private',
] satisfies ErrorCode[])

/** Whether another try at an import that failed so may end otherwise: not where the address itself is refused. */
export function mayFetchAgain(code: string | undefined): boolean {
  return !verdicts.has(code ?? '')
}
