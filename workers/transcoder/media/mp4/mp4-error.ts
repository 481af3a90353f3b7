/** Bytes that are not the MP4 they claim to be: cut off, contradictory, or beyond what any real file needs. */
export class Mp4Error extends Error {
  override name = 'Mp4Error'
}
