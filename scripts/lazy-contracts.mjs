/**
 * A plugin of the server's bundle: a contract is evaluated when one of its exports is first used. A server that starts
 * imports nearly all contracts, for their types, limits and a few schemas; making their thousands of schemas took a sixth of
 * the CPU of a start and of the memory at rest, and most belong to calls that are rarely made.
 */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";

const CONTRACT = /(^|[\\/])contract(\.[a-z-]+)*\.ts$/;
const isContract = (path) => CONTRACT.test(path);

/** The names that a file exports. Types are gone by then. */
async function exportsOf(path) {
  const options = { entryPoints: [path], write: false, metafile: true, format: "esm", outfile: "x.mjs" };
  const { metafile } = await build(options);
  return Object.values(metafile.outputs)[0].exports;
}

/** A module with the same exports as `path`, each of which evaluates it when it is first read. */
const standIn = (path, names) => `
let contract;
const load = () => (contract ??= require(${JSON.stringify(path)}));
Object.defineProperties(exports, {
  __esModule: { value: true },
${names.map((name) => `  ${name}: { enumerable: true, get: () => load().${name} },`).join("\n")}
});`;

export const lazyContracts = {
  name: "lazy contracts",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /(^|\/)contract(\.[a-z-]+)*$/ }, ({ path, importer, kind }) => {
      // Contracts import each other as they are: they are evaluated together.
      if (kind !== "import-statement" || isContract(importer)) return;
      const file = `${path.startsWith("@/") ? resolve(path.slice(2)) : join(dirname(importer), path)}.ts`;
      if (!isContract(file) || !/from "zod"/.test(readFileSync(file, "utf8"))) return;
      return { path: file, namespace: "lazy-contract" };
    });
    onLoad({ filter: /.*/, namespace: "lazy-contract" }, async ({ path }) => ({
      contents: standIn(path, await exportsOf(path)),
      resolveDir: dirname(path),
      loader: "js",
    }));
  },
};
