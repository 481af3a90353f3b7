import { AppError } from '#contract/errors.ts'

export const checksumAlgorithms = ['sha1', 'sha256'] as const

/** What a sender says of the bytes of one PATCH. */
export interface Checksum {
  algorithm: (typeof checksumAlgorithms)[number]
  digest: Buffer
}

/** Reads `Upload-Checksum: sha256 <base64>`. Throws `bad_request`. */
export function parseChecksum(header: string): Checksum {
  const [name, text, ...rest] = header.split(' ')
  const algorithm = checksumAlgorithms.find((known) => known === name)
  const digest = Buffer.from(text ?? '', 'base64')
  if (!algorithm) throw new AppError('bad_request', `Upload-Checksum is one of ${checksumAlgorithms.join(', ')}.`)
  if (rest.length > 0 || digest.length !== lengths[algorithm])
    throw new AppError('bad_request', 'Upload-Checksum is not a Base64 digest of its algorithm.')
  return { algorithm, digest }
}

const lengths = { sha1: 20, sha256: 32 }
