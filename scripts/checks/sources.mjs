/** The source files of the repository as syntax trees with types, read by the native TypeScript compiler. */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { extname, relative, sep } from "node:path";
import { computeLineStarts, SyntaxKind } from "typescript-native/unstable/ast";
import { API } from "typescript-native/unstable/sync";

const CONFIG = `${process.cwd()}/scripts/checks/tsconfig.json`;
const SKIPPED = /^(generated|\.next|dist|clients\/typescript\/dist)\/|(^|\/)node_modules\/|^next-env\.d\.ts$/;
const OTHER_LANGUAGES = new Set([".prisma", ".css", ".graphql"]);
const FOLDERS = ["app", "lib", "scripts", "tests", "e2e", "clients", "plugins", "bench", "prisma"];

/**
 * A file that rules check. `tree` is null for languages that TypeScript cannot read.
 *
 * @typedef {{ path: string, text: string, tree: import("typescript-native/unstable/ast").SourceFile | null, checker: object,
 *   nodes: object[], lineOf: (position: number) => number }} File
 */

function asFile(path, text, tree, checker) {
  const starts = computeLineStarts(text);
  const nodes = [];
  const collect = (node) => {
    if (node.kind >= SyntaxKind.FirstJSDocNode && node.kind <= SyntaxKind.LastJSDocNode) return;
    nodes.push(node);
    node.forEachChild(collect);
  };
  if (tree) collect(tree);
  const lineOf = (position) => {
    let [low, high] = [0, starts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= position) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  return { path, text, tree, checker, nodes, lineOf };
}

function* otherFiles(paths) {
  for (const path of paths) yield asFile(path, readFileSync(path, "utf8"), null, null);
}

function* typescriptFiles(project) {
  for (const name of project.rootFiles) {
    const path = relative(process.cwd(), name).split(sep).join("/");
    if (SKIPPED.test(path)) continue;
    const tree = project.program.getSourceFile(name);
    yield asFile(path, tree.text, tree, project.checker);
  }
}

/** Opens every source file. `files` can be iterated once; `close` ends the compiler's process. */
export function openSources() {
  const api = new API({ cwd: process.cwd() });
  const [project] = api.updateSnapshot({ openProjects: [CONFIG] }).getProjects();
  const others = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map((name) => `${folder}/${name.split(sep).join("/")}`)
      .filter((path) => OTHER_LANGUAGES.has(extname(path)) && !SKIPPED.test(path)),
  );
  function* all() {
    yield* typescriptFiles(project);
    yield* otherFiles(others);
  }
  return {
    files: all(),
    async close() {
      // The API does not offer its process. Waiting for its end lets the system count its CPU as ours.
      const { child } = api.client.channel;
      child.ref();
      const end = once(child, "exit");
      api.close();
      await end;
    },
  };
}
