/** What `Upload-Checksum` says of these bytes; null where the page may not reckon, because it came over an insecure line. */
export async function checksumOf(bytes: Blob): Promise<string | null> {
  // Types promise it everywhere; browsers have it in secure pages only.
  const subtle: SubtleCrypto | undefined = crypto.subtle
  if (!subtle) return null
  const digest = await subtle.digest('SHA-256', await bytes.arrayBuffer())
  return `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`
}
