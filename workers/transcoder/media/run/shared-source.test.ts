import { link, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openTestBench } from '#support/transcoder-bench.ts'
import { runGuarded } from './run-guarded.ts'

test.for([
  ['that is its source', 'in'],
  ['that lies beside what it reads', 'verify.mp4'],
])(
  'a program that a hostile file has taken over can’t change a stored file by a link of it %s',
  async ([, source], context) => {
    const { folder, toolbox, close } = await openTestBench()
    try {
      if (!toolbox.fences.canHideFiles) return context.skip('bubblewrap is missing')
      const stored = await mkdtemp(join(folder, 'stored-'))
      const job = await mkdtemp(join(folder, 'job-'))
      await writeFile(join(stored, 'film'), 'film', { mode: 0o600 })
      await link(join(stored, 'film'), join(job, 'in'))
      if (source !== 'in') await writeFile(join(job, source!), 'ends')
      const deeds = [
        'echo hacked > in',
        'echo hacked >> in',
        'chmod 777 in',
        'mv in away',
        'rm -f in',
        'umount in',
        'echo done > out',
      ]
      await runGuarded(
        toolbox,
        { folder: job, source: source!, maxSeconds: 20 },
        ['sh', '-c', deeds.join('; ')],
        () => {},
      )
      expect(await readFile(join(job, 'out'), 'utf8')).toBe('done\n')
      expect(await readFile(join(stored, 'film'), 'utf8')).toBe('film')
      expect((await stat(join(stored, 'film'))).mode & 0o777).toBe(0o600)
    } finally {
      await close()
    }
  },
)
