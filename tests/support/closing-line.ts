import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one plain line of its real counts, which programs can read as well as people. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const shaky: string[] = []
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed' || state === 'failed' || state === 'skipped') counts[state]++
        if (test.diagnostic()?.flaky) shaky.push(`${module.relativeModuleId} > ${test.fullName}`)
      }
      // A file that can't even be loaded, or whose hooks fail, has no failed test to show for it.
      if (module.state() === 'failed') counts.failed += module.errors().length
    }
    for (const name of shaky) console.log(`PASSED ONLY AT THE SECOND TRY, to be mended: ${name}`)
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  }
}
