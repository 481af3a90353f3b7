// Outlines after the Lucide set, 24 × 24.
const shapes = {
  play: '<path class="solid" d="M7 4.5v15l12-7.5Z"/>',
  pause: '<path class="solid" d="M7 5h3v14H7zM14 5h3v14h-3z"/>',
  loud: '<path d="M11 5 6 9H3v6h3l5 4zM15.5 8.5a5 5 0 0 1 0 7M18.5 5.5a9 9 0 0 1 0 13"/>',
  silent: '<path d="M11 5 6 9H3v6h3l5 4zM16 9l6 6M22 9l-6 6"/>',
  picture:
    '<path d="M21 11V6a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h5"/><path class="solid" d="M14 14h8v6h-8z"/>',
  enlarge: '<path d="M8 3H3v5M16 3h5v5M8 21H3v-5M16 21h5v-5"/>',
  captions:
    '<rect x="2.5" y="5" width="19" height="14" rx="2.5"/><path d="M11 10.4a2.4 2.4 0 1 0 0 3.2M17.5 10.4a2.4 2.4 0 1 0 0 3.2"/>',
  info: '<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 8h.01"/>',
  reduce: '<path d="M3 8h5V3M21 8h-5V3M3 16h5v5M21 16h-5v5"/>',
}

export type IconName = keyof typeof shapes

export function icon(name: IconName): string {
  return `<svg viewBox="0 0 24 24" aria-hidden="true">${shapes[name]}</svg>`
}
