/** How far before a part's beginning a decoder starts at the latest, so that the picture shown there is known for sure. */
export const leastLeadS = 1

/** Decoding more than this before each part costs more than cutting gains. */
export const longestLeadS = 20

/** A packet of the pictures, on the file's clock: when it is shown and when it is decoded. */
export interface Packet {
  atS: number
  decodedS: number
  isKeyframe: boolean
}
