import { stat } from 'node:fs/promises'

/** Whether a local file is there and not empty. */
export async function hasBytes(path: string): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size > 0,
    () => false,
  )
}
