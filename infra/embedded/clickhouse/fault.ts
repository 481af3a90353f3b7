/** An error in ClickHouse's own terms: its number, its name, and the sentence after them. */
export class ClickHouseFault extends Error {
  override name = 'ClickHouseFault'
  readonly code: number
  readonly status: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
    this.status = statusByCode[code] ?? 500
  }
}

export type FaultName = keyof typeof codes

/** For what is refused before the engine sees it, in the words the engine would use. */
export function fault(name: FaultName, sentence: string): ClickHouseFault {
  return new ClickHouseFault(codes[name], `Code: ${codes[name]}. DB::Exception: ${sentence} (${name})`)
}

/** What the engine threw, or a fault of this server itself. */
export function asFault(error: unknown): ClickHouseFault {
  if (error instanceof ClickHouseFault) return error
  const message = error instanceof Error ? error.message : String(error)
  const code = /Code: (\d+)/.exec(message)?.[1]
  if (code) return new ClickHouseFault(Number(code), message)
  if ((error as NodeJS.ErrnoException)?.code === 'ENOSPC') return fault('NOT_ENOUGH_SPACE', 'The disk is full.')
  return fault('UNKNOWN_EXCEPTION', message)
}

/** After an internal failure the engine refuses everything until its process is started again. */
export function isFatal(fault: ClickHouseFault): boolean {
  return fault.code === codes.ABORTED && fault.message.includes('fatal error')
}

const codes = {
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  UNKNOWN_SETTING: 115,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  ABORTED: 236,
  NOT_ENOUGH_SPACE: 243,
  CANNOT_DECOMPRESS: 271,
  QUERY_IS_TOO_LARGE: 307,
  INTO_OUTFILE_NOT_ALLOWED: 348,
  QUERY_WAS_CANCELLED: 394,
  UNKNOWN_QUERY_PARAMETER: 456,
  AUTHENTICATION_FAILED: 516,
  UNKNOWN_EXCEPTION: 1002,
} as const

/** As ClickHouse's HTTP handler answers them; whatever is not listed is a 500. */
const statusByCode: Record<number, number> = Object.fromEntries([
  ...[6, 26, 27, 38, 41, 53, 62, 69, 72, 117, 130, 131, 271, 352, 377, 394, 456, 457].map((code) => [code, 400]),
  ...[46, 47, 50, 52, 56, 60, 63, 73, 78, 81, 107, 115].map((code) => [code, 404]),
  ...[192, 193, 516, 348].map((code) => [code, 403]),
  [159, 408],
  [307, 413],
  [48, 501],
  [202, 503],
  [243, 507],
])
