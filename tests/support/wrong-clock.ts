/** A module that gives a process another clock on the wall; `shift` tells by how many milliseconds it is wrong. */
export function wrongClock(shift: string): string {
  const source = `
    const real = Date.now
    ${shift}
    const Real = Date
    globalThis.Date = class Date extends Real {
      constructor(...given) { given.length === 0 ? super(real() + shift()) : super(...given) }
      static now() { return real() + shift() }
    }`
  return `data:text/javascript,${encodeURIComponent(source)}`
}
