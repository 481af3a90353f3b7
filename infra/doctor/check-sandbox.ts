import { findFences, runsFfmpeg } from '../../workers/transcoder/media/run/find-fences.ts'
import type { Fences } from '../../workers/transcoder/media/run/launch-line.ts'
import type { Toolbox } from '../../workers/transcoder/media/run/run-guarded.ts'
import { attempt, inTrialFolder, openedPointers, refusesAddresses } from '../../workers/transcoder/media/run/trials.ts'
import { type Check, expectThat, type Finding, reasonOf } from './finding.ts'

const namespaces =
  'Allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1 (older Debian), kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), user.max_user_namespaces=10000; in Docker, by a seccomp profile that allows unshare and mount (--security-opt seccomp=FILE).'

/** Uploaded files are hostile until proven; here each fence around ffmpeg is pushed once. */
export function checkSandbox(bare: Toolbox, folder: string): Check {
  return {
    title: 'Fences around ffmpeg',
    async look() {
      const fences = await findFences(bare, folder)
      const toolbox = { ...bare, fences }
      return [...fenceFindings(fences), await clock(toolbox, folder), ...(await refusals(toolbox, folder))]
    },
  }
}

function fenceFindings(fences: Fences): Finding[] {
  const { canLimit, canHideFiles } = fences
  const hasNoNetwork = canHideFiles || fences.canUnshare
  const dies = canHideFiles || fences.canDieWithParent
  return [
    expectThat(
      canLimit,
      'memory and file size',
      canLimit ? 'limits bite' : 'no limits',
      'warn',
      'A hostile file could use up the memory or the disk of this machine. Install util-linux (prlimit); sandboxes such as gVisor keep no limits.',
    ),
    expectThat(
      canHideFiles,
      'other files',
      canHideFiles
        ? `hidden by bubblewrap${fences.canForbidNesting ? '' : ' (0.8 or newer would forbid namespaces too)'}`
        : 'can be seen',
      'warn',
      `A hostile file that takes over ffmpeg could read what this user can read. Install bubblewrap (apt-get install bubblewrap). If it is there: ${namespaces}`,
    ),
    expectThat(
      fences.canBoundProcesses,
      'processes',
      fences.canBoundProcesses ? 'limits bite' : 'no limit',
      'warn',
      'A hostile file that takes over ffmpeg could start processes until none are left. The kernel limits no process of root: run this as an ordinary user, with bubblewrap and util-linux (prlimit).',
    ),
    expectThat(
      hasNoNetwork,
      'network',
      hasNoNetwork ? 'out of reach' : 'can be reached',
      'warn',
      `A hostile file that takes over ffmpeg could call other machines. ${namespaces}`,
    ),
    expectThat(
      dies,
      'dies with its worker',
      dies ? 'yes' : 'no',
      'warn',
      'After a crash an ffmpeg may go on using processor and disk for a while. Install util-linux (setpriv) or bubblewrap.',
    ),
  ]
}

async function clock(toolbox: Toolbox, folder: string): Promise<Finding> {
  const { isOutOfTime } = await inTrialFolder(folder, (trial) => attempt(toolbox, trial, ['sleep', '20'], 0.3))
  const found = isOutOfTime ? 'ended' : 'not ended'
  return expectThat(isOutOfTime, 'what runs too long', found, 'fail', 'A hostile file could hold a worker for ever.')
}

async function refusals(toolbox: Toolbox, folder: string): Promise<Finding[]> {
  if (!(await runsFfmpeg(toolbox, folder))) {
    const advice = 'What ffmpeg refuses is looked at once it is there.'
    return [{ mark: 'skip', name: 'refusals', found: 'not asked', advice }]
  }
  const other =
    'One upload could pull in somebody else’s video. Install another version of ffmpeg; videos are not made with this one.'
  const pointers = inTrialFolder(folder, (trial) => openedPointers(toolbox, trial)).then(
    (opened) =>
      expectThat(
        opened.length === 0,
        'files that name others',
        opened.length === 0 ? 'playlist, concat script and DASH manifest refused' : `opens ${opened.join(', ')}`,
        'fail',
        other,
      ),
    (error): Finding => {
      const advice = 'No video can be made behind these fences; what ffprobe says stands above.'
      return { mark: 'fail', name: 'files that name others', found: reasonOf(error), advice }
    },
  )
  const isQuiet = inTrialFolder(folder, (trial) => refusesAddresses(toolbox, trial))
  return [await pointers, expectThat(await isQuiet, 'addresses', (await isQuiet) ? 'refused' : 'asked', 'fail', other)]
}
