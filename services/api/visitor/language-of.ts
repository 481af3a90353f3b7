/** The language that `Accept-Language` names first, without its region: `en` of `en-GB,de;q=0.5`; '' where it names none. */
export function languageOf(acceptLanguage: string): string {
  return /^\s*([a-z]{2,3})(?![a-z])/i.exec(acceptLanguage)?.[1]?.toLowerCase() ?? ''
}
