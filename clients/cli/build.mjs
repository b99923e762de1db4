/**
 * Bundles the `muster` command into one file that needs Node alone: dist/muster.mjs of the repository, or the file that is
 * named as the argument.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const { version } = JSON.parse(readFileSync(resolve(HERE, "package.json"), "utf8"));

await build({
  entryPoints: [resolve(HERE, "main.ts")],
  outfile: resolve(process.argv[2] ?? resolve(HERE, "../../dist/muster.mjs")),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  define: { MUSTER_VERSION: JSON.stringify(version) },
  // The websocket library of socket.io-client loads Node's own modules with `require`, which an ES module lacks.
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  external: ["bufferutil", "utf-8-validate"],
  logLevel: "warning",
});
