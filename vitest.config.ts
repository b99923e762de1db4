import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import full from "./tests/full.json" with { type: "json" };

/** On two cores as well: a test waits more than it computes. Each worker of the conformance tests has a server. */
const maxWorkers = Math.max(2, Math.min(availableParallelism(), 8));

/** They start servers of their own, on SQLite whatever database the run is for: once is enough. */
const SQLITE_ALONE = [
  "tests/{life,proxy,router,socket-shutdown,transfers}.test.ts",
  "tests/conformance/{002.downloads,002.examples,002.tasks,002.torrents,003.feeds,003.matrix,pages.budget}.test.ts",
];

export default defineConfig({
  // graphql is one instance or none: Vite alone would take its .mjs, which no package beside it does.
  resolve: { alias: { "@": resolve("."), graphql: resolve("node_modules/graphql/index.js") } },
  test: {
    maxWorkers,
    // What waits for a condition waits long: these end what hangs, and a busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["lib/**/*.test.ts", "app/**/*.test.ts", "tests/db/**/*.test.ts", "scripts/**/*.test.ts"],
          // No key file in the working tree, and no log of failures that tests provoke.
          env: { SECRET_KEY: "the secret key of the unit tests", LOG_LEVEL: "silent" },
        },
      },
      {
        extends: true,
        test: {
          name: "conformance",
          include: ["tests/**/*.test.ts", "clients/**/*.test.ts"],
          exclude: [
            "tests/db/**",
            "**/node_modules/**",
            ...(process.env.FULL === "1" ? [] : Object.keys(full.files)),
            // Several processes share a PostgreSQL: SQLite is for one.
            ...(process.env.TEST_POSTGRES_URL ? SQLITE_ALONE : ["tests/processes.test.ts"]),
          ],
          globalSetup: ["tests/server.ts"],
        },
      },
    ],
  },
});
