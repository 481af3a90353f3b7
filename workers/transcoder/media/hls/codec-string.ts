/** AAC-LC: what we encode, and the only kind that is copied. */
export const aacCodec = 'mp4a.40.2'
