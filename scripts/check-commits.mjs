/**
 * Lints the subjects of commits, by the rule of .githooks/commit-msg. Older commits than BASE were written before the
 * rule; another one can be given as the argument. Outside a clone, or in a shallow one that does not reach BASE, there is nothing to check.
 */
import { spawnSync } from "node:child_process";

const BASE = process.argv[2] ?? "2684c1e";
const CHARACTERS = 72;
const CONVENTIONAL = /^(feat|fix|perf|refactor|docs|test|build|ci|chore|style|revert)(\([a-z0-9./-]+\))?!?: .{3,}$/;

const git = (...args) => spawnSync("git", args, { encoding: "utf8" });
if (git("merge-base", "--is-ancestor", BASE, "HEAD").status === 0) {
  const { stdout } = git("log", "--no-merges", "--format=%h %s", `${BASE}..HEAD`);
  const subjects = stdout.split("\n").filter(Boolean);
  const wrong = subjects.filter((line) => {
    const subject = line.slice(line.indexOf(" ") + 1);
    return [...subject].length > CHARACTERS || !CONVENTIONAL.test(subject);
  });
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) {
    console.error(`Write subjects as "type(scope): imperative" in at most ${CHARACTERS} characters (CONTRIBUTING.md).`);
    process.exitCode = 1;
  }
}
