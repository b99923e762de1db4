import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // graphql is one instance or none: Vite alone would take its .mjs, which no package beside it does.
  resolve: { alias: { "@": resolve("."), graphql: resolve("node_modules/graphql/index.js") } },
  test: {
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
          // Several processes share a PostgreSQL: SQLite is for one.
          exclude: [
            "tests/db/**",
            "**/node_modules/**",
            ...(process.env.TEST_POSTGRES_URL ? [] : ["tests/processes.test.ts"]),
          ],
          globalSetup: ["tests/server.ts"],
          fileParallelism: false,
        },
      },
    ],
  },
});
