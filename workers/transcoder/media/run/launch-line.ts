/** Which fences this machine offers, each tried and found to hold; Linux in full, other systems and some containers less. */
export interface Fences {
  /** prlimit: memory, processor time, file size. */
  canLimit: boolean
  /** unshare: a network namespace without a network in it. */
  canUnshare: boolean
  /** setpriv: to die with the worker, whatever kills it. */
  canDieWithParent: boolean
  /** bubblewrap: sees no file but the job's and the programs, no network and no other process; dies with the worker. */
  canHideFiles: boolean
  /** A newer bubblewrap: no user namespace can be made inside, which is where many holes of kernels begin. */
  canForbidNesting: boolean
  /** prlimit inside bubblewrap: so many processes and threads and no more. */
  canBoundProcesses: boolean
}

export const noFences: Fences = {
  canLimit: false,
  canUnshare: false,
  canDieWithParent: false,
  canHideFiles: false,
  canForbidNesting: false,
  canBoundProcesses: false,
}

export interface Limits {
  maxMemoryMb: number
  maxCpuSeconds: number
  maxFileMb: number
  /** Threads count as well. */
  maxProcesses: number
}

export interface Place {
  /** The job's private folder. */
  folder: string
  /** Folders of programs that are not where systems keep theirs, such as an ffmpeg of one's own under /opt. */
  toolFolders: string[]
  /** Files in the folder that others may share, such as the source, where they are there: read, and not written. */
  shared?: string[]
}

/** The words put before a program. Each of them sets its fence and then becomes, or watches over, the next. */
export function launchLine(fences: Fences, limits: Limits, place: Place): string[] {
  return [
    ...(fences.canLimit ? limitWords(limits) : []),
    ...(fences.canHideFiles ? hidingWords(fences, place) : separatingWords(fences)),
    ...(fences.canHideFiles && fences.canBoundProcesses ? boundingWords(limits) : []),
  ]
}

/** Where the job's folder appears when all other files are hidden. */
const hiddenFolder = '/job'

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

// Programs and their libraries; nothing of /home, /var, /etc or /usr/src, where people keep data.
const programFolders = [
  '/bin',
  '/lib',
  '/lib64',
  '/usr/bin',
  '/usr/lib',
  '/usr/lib64',
  '/usr/local/bin',
  '/usr/local/lib',
]
// How the loader finds libraries, some of which are names for one of several.
const loaderFiles = ['/etc/ld.so.cache', '/etc/alternatives']

/** Without /proc: nothing in ffmpeg needs it, and many containers forbid to mount it. Only the job's folder can be written. */
function hidingWords({ canForbidNesting }: Fences, { folder, toolFolders, shared = [] }: Place): string[] {
  const shown = [...programFolders, ...loaderFiles, ...toolFolders]
  return [
    ...['bwrap', '--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...(canForbidNesting ? ['--unshare-user', '--disable-userns'] : []),
    ...shown.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--dev', '/dev', '--remount-ro', '/dev'],
    ...['--bind', folder, hiddenFolder],
    // Over the file itself, so that its other names, which may be the storage's or another job's, are safe from this one.
    ...shared.flatMap((name) => ['--ro-bind-try', `${folder}/${name}`, `${hiddenFolder}/${name}`]),
    ...['--remount-ro', '/', '--chdir', hiddenFolder, '--'],
  ]
}

/**
 * The kernel counts processes by user and by user namespace: inside bubblewrap it counts those of one job, outside all that
 * this user runs. Of root it counts none, so that where we are root a job's processes are bounded by its time alone.
 */
function boundingWords({ maxProcesses }: Limits): string[] {
  return ['prlimit', `--nproc=${maxProcesses}`, '--']
}

/** setpriv comes last: the kernel forgets the wish to die with the parent when unshare changes the user's capabilities. */
function separatingWords(fences: Fences): string[] {
  return [
    ...(fences.canUnshare ? ['unshare', '--map-root-user', '--net', '--'] : []),
    ...(fences.canDieWithParent ? ['setpriv', '--no-new-privs', '--pdeathsig=KILL', '--'] : []),
  ]
}
