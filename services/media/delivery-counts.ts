/** A segment, or the asked-for range of one, was handed to the network whole. */
export interface Delivery {
  /** '' where the token belongs to nobody in particular. */
  playId: string
  key: string
  bytes: number
}

/** Since the start of the program. */
export class DeliveryCounts {
  segments = 0
  bytes = 0

  add(delivery: Delivery): void {
    this.segments += 1
    this.bytes += delivery.bytes
  }
}
