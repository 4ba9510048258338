import type { Reporter, TestCase } from 'vitest/node';

/** Names every test that passed only when it was run once more: a defect of the test, or of what it tests. */
export default class SecondTries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    process.stdout.write(`SECOND TRY ${test.module.relativeModuleId} > ${test.fullName}\n`);
  }
}
