import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import full from "./tests/full.json" with { type: "json" };

/** On two cores as well: a test waits more than it computes. Each worker of the conformance tests has a server. */
const maxWorkers = Math.max(2, Math.min(availableParallelism(), 8));

/** They start servers of their own, on SQLite whatever database the run is for: once is enough. */
const SQLITE_ALONE = [
  "tests/{clock,life,proxy,restart,router,socket-shutdown,transfers}.test.ts",
  "tests/conformance/{002.downloads,002.examples,002.tasks,002.torrents,003.app,003.app.sign-in,003.app.sockets,003.app.tickets,003.feeds,003.matrix,audit.services,pages.budget}.test.ts",
];

export default defineConfig({
  // Force a single copy of `graphql`: Vite would load its .mjs while other packages load its .js, and two copies fail `instanceof` checks.
  resolve: { alias: { "@": resolve("."), graphql: resolve("node_modules/graphql/index.js") } },
  test: {
    maxWorkers,
    // Long limits, so that a busy machine does not fail tests. They only end tests that hang.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    teardownTimeout: 120_000,
    expect: { poll: { timeout: 90_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "lib/**/*.test.ts",
            "app/**/*.test.ts",
            "tests/db/**/*.test.ts",
            "scripts/**/*.test.ts",
            "bench/**/*.test.mjs",
          ],
          // Write no key file into the working tree, and log no failures that tests provoke.
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
            // scripts/test.mjs names an interpreter that has discord.py, where there is one.
            ...(process.env.DISCORD_PYTHON ? [] : ["tests/clients/discord-py.test.ts"]),
            // Several processes need PostgreSQL, because SQLite supports one; a move needs both.
            ...(process.env.TEST_POSTGRES_URL ? SQLITE_ALONE : ["tests/{move,processes*}.test.ts"]),
          ],
          globalSetup: ["tests/server.ts"],
        },
      },
    ],
  },
});
