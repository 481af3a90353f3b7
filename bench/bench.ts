import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Figure, GroupOptions } from './figure.ts'
import { printTable } from './print-table.ts'

/** `npm run bench [group…] [-- --json FILE] [--quick]`: measures and prints; a goal that is not met is shown and fails nothing. */
const groups: Record<string, () => Promise<(options: GroupOptions) => Promise<Figure[]>>> = {
  beacon: async () => (await import('./beacon.ts')).beaconGroup,
  views: async () => (await import('./views.ts')).viewsGroup,
  publish: async () => (await import('./publish.ts')).publishGroup,
  upload: async () => (await import('./upload.ts')).uploadGroup,
  delivery: async () => (await import('./delivery.ts')).deliveryGroup,
  system: async () => (await import('./system.ts')).systemGroup,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !(name in groups))
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(', ')}; choose from ${Object.keys(groups).join(', ')}.`)
  process.exit(1)
}
const figures: Figure[] = []
for (const name of positionals.length > 0 ? positionals : Object.keys(groups)) {
  console.log(`\nMeasuring ${name}${values.quick ? ' (quick: smaller input)' : ''}…`)
  const group = await groups[name]!()
  const measured = await group({ quick: values.quick })
  printTable(measured)
  figures.push(...measured)
}
if (values.json) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`)
process.exit(0)
