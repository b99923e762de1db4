/** Bundles the `muster` command into dist/muster.mjs: one file that needs Node alone. */
import { build } from "esbuild";

await build({
  entryPoints: ["clients/cli/main.ts"],
  outfile: "dist/muster.mjs",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  // socket.io-client's websocket library asks for Node's own modules with require.
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  external: ["bufferutil", "utf-8-validate"],
  logLevel: "warning",
});
