import { createVitest, parseCLI, type TestModule, type TestSuite, type Vitest } from 'vitest/node'

/**
 * Runs the tests as `vitest run` does, with its options (`npm test -- FILE -t NAME`), and ends with one plain line of the
 * real counts, which programs can read as well as people. On a machine that nobody watches (`CI` is set) one hiccup of real
 * servers shall not hide what two thousand tests say: up to three files that failed are run once more, whole and in a
 * process of their own, and told by name.
 */
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const vitest = await createVitest('test', options)
try {
  await vitest.start(filter)
  const failed = failedFiles(vitest)
  if (process.env.CI && failed !== null && failed.length > 0 && failed.length <= 3) await tryAgain(vitest, failed)
  tellCounts(vitest)
} catch (error) {
  // Vitest has said so, and exits with 1.
  if ((error as { code?: string }).code !== 'VITEST_FILES_NOT_FOUND') throw error
} finally {
  await vitest.exit()
}

/** The files that hold all faults of the last run, null where a fault belongs to none of them. */
function failedFiles(vitest: Vitest): TestModule[] | null {
  const modules = vitest.state.getTestModules()
  const pathsOfErrors = vitest.state.getUnhandledErrors().map(testPathOf)
  const known = new Set(modules.map(({ moduleId }) => moduleId))
  if (pathsOfErrors.some((path) => path === undefined || !known.has(path))) return null
  return modules.filter((module) => module.state() === 'failed' || pathsOfErrors.includes(module.moduleId))
}

/** Of an error that no test caught, the file that vitest was running. */
function testPathOf(error: unknown): string | undefined {
  return (error as { VITEST_TEST_PATH?: string }).VITEST_TEST_PATH
}

async function tryAgain(vitest: Vitest, failed: TestModule[]): Promise<void> {
  const names = failed.map((module) => module.relativeModuleId)
  console.log(`\nOnce more: ${names.join(', ')}`)
  await vitest.runTestSpecifications(failed.map((module) => module.toTestSpecification()))
  const stillFailed = failedFiles(vitest)?.map((module) => module.relativeModuleId) ?? names
  // Not before: an interrupted second try must not look like a success.
  if (stillFailed.length === 0) process.exitCode = 0
  for (const name of names.filter((name) => !stillFailed.includes(name))) {
    console.log(`PASSED ONLY AT THE SECOND TRY, to be mended: ${name}`)
  }
}

/** Of every file its last run counts. */
function tellCounts(vitest: Vitest): void {
  const counts = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0 }
  for (const module of vitest.state.getTestModules()) {
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state !== 'pending') counts[state]++
    }
    // A file that can't even be loaded, or whose hooks fail, has no failed test to show for it.
    const places: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()]
    for (const place of places) counts.failed += place.errors().length
  }
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  if (options.testNamePattern && counts.passed + counts.failed === 0) {
    console.log(`No test has a name like "${options.testNamePattern}".`)
    process.exitCode = 1
  }
}
