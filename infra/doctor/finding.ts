/** `fail`: something will not work. `warn`: it works, but worse or less safely. `skip`: could not be asked here. */
export type Mark = 'ok' | 'warn' | 'fail' | 'skip'

/** One thing that was looked at. */
export interface Finding {
  mark: Mark
  name: string
  /** What was found, in a few words. */
  found: string
  /** What follows for people and how to mend it; with every mark but `ok`. */
  advice?: string
}

export interface Check {
  /** The heading under which its findings stand. */
  title: string
  look(): Promise<Finding[]>
}

export function ok(name: string, found: string): Finding {
  return { mark: 'ok', name, found }
}

/** A finding that is fine, or else of the given mark with its advice. */
export function expectThat(isFine: boolean, name: string, found: string, mark: Mark, advice: string): Finding {
  return isFine ? ok(name, found) : { mark, name, found, advice }
}

/** The first line of what went wrong, without addresses and passwords. */
export function reasonOf(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: unknown[] }
  if (!message && errors?.[0]) return reasonOf(errors[0])
  const line = (message ?? String(error)).split('\n')[0]!.replace(/\/\/[^@\s/]*@/g, '//…@')
  // Codes of the system say more than a sentence; ours say less.
  return code && /^[A-Z\d]+$/.test(code) && !line.includes(code) ? `${line} (${code})` : line
}
