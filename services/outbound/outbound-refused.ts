export type RefusalReason = 'malformed' | 'scheme' | 'credentials' | 'port' | 'private'

/** An address that this site sends nothing to. The caller tells people why, in words of its own. */
export class OutboundRefused extends Error {
  override name = 'OutboundRefused'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason) {
    super(`refused: ${reason}`)
    this.reason = reason
  }
}
