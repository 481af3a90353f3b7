/** Which of the kernel's fences this machine offers; Linux in full, other systems and some containers less. */
export interface Fences {
  /** prlimit: memory, processor time, file size. */
  canLimit: boolean
  /** unshare: a network namespace without a network in it. */
  canUnshare: boolean
  /** setpriv: to die with the worker, whatever kills it. */
  canDieWithParent: boolean
}

export interface Limits {
  maxMemoryMb: number
  maxCpuSeconds: number
  maxFileMb: number
}

/**
 * The words put before a program. Each of them sets its fence and then becomes the next, so there is only one process to kill.
 * setpriv comes last: the kernel forgets the wish to die with the parent when unshare changes the user's capabilities.
 */
export function launchLine(fences: Fences, limits: Limits): string[] {
  return [
    ...(fences.canLimit ? limitWords(limits) : []),
    ...(fences.canUnshare ? ['unshare', '--map-root-user', '--net', '--'] : []),
    ...(fences.canDieWithParent ? ['setpriv', '--no-new-privs', '--pdeathsig=KILL', '--'] : []),
  ]
}

function limitWords({ maxMemoryMb, maxCpuSeconds, maxFileMb }: Limits): string[] {
  return [
    'prlimit',
    `--as=${Math.ceil(maxMemoryMb * 1024 * 1024)}`,
    `--cpu=${Math.ceil(maxCpuSeconds)}`,
    `--fsize=${Math.ceil(maxFileMb * 1024 * 1024)}`,
    '--nofile=256',
    '--core=0',
    '--',
  ]
}
