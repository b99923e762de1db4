/**
 * Reporter of Vitest that writes a run as JSON to the file named by VITEST_REPORT, for scripts/tests/suites.mjs. Unlike
 * Vitest's own JSON it keeps the cause of an error ("fetch failed" alone explains nothing), the errors of hooks, and
 * those that belong to no test.
 */
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { reasonOf } from "./reasons.mjs";

/** Returns the reason of an error, followed by those of its causes. */
function reasonsOf({ message, cause }) {
  const inner = cause && typeof cause === "object" ? reasonsOf(cause) : [];
  return [reasonOf(message ?? "It failed without a message"), ...inner];
}

const failure = (where, errors) => `${where}: ${errors.flatMap(reasonsOf).join("; caused by: ")}`;

function fileOf(module) {
  const file = relative(".", module.moduleId);
  const tests = [...module.children.allTests()];
  const failed = tests.filter((test) => test.result().state === "failed");
  const containers = [module, ...module.children.allSuites()].filter((one) => one.errors().length > 0);
  const { collectDuration, duration } = module.diagnostic();
  const count = (state) => tests.filter((test) => test.result().state === state).length;
  return {
    file,
    seconds: (collectDuration + duration) / 1000,
    passed: count("passed"),
    // A file that could not be loaded, or whose clean-up failed, may have no failed test.
    failed: failed.length || containers.length,
    skipped: count("skipped"),
    failures: [
      ...failed.map((test) => failure(`${file} › ${test.fullName}`, test.result().errors)),
      ...containers.map((one) => failure(one === module ? file : `${file} › ${one.fullName}`, one.errors())),
    ],
  };
}

export default class Reporter {
  onTestRunEnd(modules, unhandled) {
    const report = {
      files: modules.map(fileOf),
      unhandled: unhandled.map((error) => failure("No test", [error])),
    };
    writeFileSync(process.env.VITEST_REPORT, JSON.stringify(report));
  }
}
