/** Bundles the `muster` command into dist/muster.mjs: one file that needs Node alone. */
import { build } from "esbuild";

await build({
  entryPoints: ["clients/cli/main.ts"],
  outfile: "dist/muster.mjs",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  // The websocket library of socket.io-client loads Node's own modules with `require`, which an ES module lacks.
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  external: ["bufferutil", "utf-8-validate"],
  logLevel: "warning",
});
