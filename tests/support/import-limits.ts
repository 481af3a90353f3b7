import type { ImportLimits } from '../../services/api/imports/import-limits.ts'

/** As strict as the true ones, in a hundredth of the time, and with this machine as the open internet. */
export const testLimits: ImportLimits = {
  isAllowed: (address) => address === '127.0.0.1',
  ports: Array.from({ length: 65_536 }, (_none, port) => port),
  maxBytes: 50_000_000,
  headMs: 300,
  idleMs: 300,
  slowMs: 200,
  leastBytes: 64 * 1024,
  pausesMs: [10, 20, 50],
  awayMs: 100,
}
