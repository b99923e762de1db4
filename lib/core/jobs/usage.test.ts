/** Work that repeats goes through lib/core/jobs: a timer of its own has no lease, backoff, drain or place on the System page. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Timers that end with the one thing they belong to, and why they are no jobs. */
const OWN_TIMERS: Record<string, string> = {
  "lib/core/bus.ts": "the heartbeat belongs to the connection to Redis, and goes on while jobs rest",
  "lib/edge/graphql/index.ts": "one stream checks its credential again",
  "lib/edge/graphql/resolvers/server.ts": "one subscription measures the machine",
  "lib/edge/http/drain.ts": "connections are closed while the process ends",
  "lib/operations/backups/host.ts": "one restore tells the other processes that it goes on",
  "lib/operations/plugins/runner/process.ts": "one plugin's process is measured while it runs",
  "lib/operations/transfers/runner/attempt.ts": "one transfer renews its lease and measures its progress",
};
const IN_BROWSER = /^lib\/client\/|\/queries[.a-z]*\.ts$/;

const files = readdirSync("lib", { recursive: true, encoding: "utf8" })
  .map((name) => join("lib", name))
  .concat("server.ts")
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !IN_BROWSER.test(name));

it("no file but those listed here keeps an interval of its own", () => {
  const found = files.filter((name) => /\bsetInterval\(/.test(readFileSync(name, "utf8")));
  expect(found.sort()).toEqual(Object.keys(OWN_TIMERS).sort());
});
