import { connectionsOfProgram } from '../services/catalog/connections.ts'

/** How many connections PostgreSQL must accept for the whole system with so many transcoders. */
export function connectionsFor(transcoders: number): number {
  return (programs + transcoders) * connectionsOfProgram + reserved
}

// The api, the worker of the views, and one that is run beside them: `npm run reconcile` or the demo.
const programs = 3
// PostgreSQL keeps 3 for its superuser; the others are for the doctor, for psql and for a backup.
const reserved = 8
