const mostParts = 10_000
const preferredBytes = 8 * 1024 * 1024
// What S3 takes as a part that is not the last.
const smallestBytes = 5 * 1024 * 1024

/**
 * How large the parts of an upload are in a bucket, and how short one may be where a request ends in the middle of it: so
 * that there are never more of them than S3 takes, however it is sent.
 */
export function s3PartSizes(sizeBytes: number): { wholeBytes: number; leastBytes: number } {
  // Beside those the last one, which may be of any length.
  const leastBytes = Math.max(smallestBytes, Math.ceil(sizeBytes / (mostParts - 1)))
  return { leastBytes, wholeBytes: Math.max(preferredBytes, leastBytes) }
}
