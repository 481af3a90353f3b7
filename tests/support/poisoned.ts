/**
 * A module that makes its process die, as a crash would, whenever it makes a folder whose path matches POISON: a worker has a
 * folder for each thing that it is at.
 */
export const poisoned = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  const { mkdir } = fs.promises
  fs.promises.mkdir = async (path, ...rest) => {
    if (new RegExp(process.env.POISON).test(String(path))) process.kill(process.pid, 'SIGKILL')
    return mkdir(path, ...rest)
  }
  syncBuiltinESMExports()
`)}`
