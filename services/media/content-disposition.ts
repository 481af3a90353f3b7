/** `attachment` under a name of any characters (RFC 6266, RFC 8187): once for those who read only ASCII, once as it is. */
export function contentDisposition(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -~]/g, '_')
    .replace(/["\\%]/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${extValue(name)}`
}

/** What encodeURIComponent leaves and RFC 8187 does not. */
function extValue(name: string): string {
  const encode = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, encode)
}
