import { writeFileSync } from 'node:fs';

/** Writes counts and the reasons of skips to LATHE_TEST_RESULTS; vitest's own JSON has no reasons. */
export default class LatheReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const failures = unhandledErrors.map((error) => `unhandled: ${error.message}`);
    const skips = [];
    for (const module of modules) {
      const file = module.relativeModuleId ?? module.moduleId;
      const broken = module.errors().length;
      counts.failed += broken;
      if (broken) failures.push(`${file}: ${module.errors()[0].message}`);
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') counts.passed += 1;
        else if (state === 'skipped') {
          counts.skipped += 1;
          skips.push({ title: `${file} > ${test.fullName}`, reason: note ?? reasonInTitle(test.fullName) });
        } else {
          // A test that never ran (its suite's hook failed) did not pass.
          counts.failed += 1;
          failures.push(`${file} > ${test.fullName}`);
        }
      }
    }
    writeFileSync(process.env.LATHE_TEST_RESULTS, JSON.stringify({ ...counts, failures, skips }));
  }
}

/** `describe.skipIf` takes no note: such suites carry "(needs …)" in their titles. */
function reasonInTitle(title) {
  return /\((needs (?:[^()]|\([^()]*\))*)\)/.exec(title)?.[1] ?? 'no reason given';
}
