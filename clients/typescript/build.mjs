/**
 * Compiles src/ into dist/esm and dist/cjs, each with its declarations. It reads one file at a time and checks no types,
 * which takes a fraction of the time of a full compile: `npm run build` checks them before.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const HERE = dirname(fileURLToPath(import.meta.url));
const NOT_PUBLISHED = /(\.test|wire-check)\.ts$/;

const options = (module) => ({
  target: ts.ScriptTarget.ES2022,
  module,
  strict: true,
  declaration: true,
  verbatimModuleSyntax: module !== ts.ModuleKind.CommonJS,
  isolatedModules: true,
});

/** @throws when a public function or class does not state its types, without which no declaration can be written */
function compile(file, module) {
  const source = readFileSync(join(HERE, "src", file), "utf8");
  const settings = { fileName: file, compilerOptions: options(module), reportDiagnostics: true };
  const code = ts.transpileModule(source, settings);
  const types = ts.transpileDeclaration(source, settings);
  const problems = [...code.diagnostics, ...types.diagnostics];
  if (problems.length > 0)
    throw new Error(
      ts.formatDiagnostics(problems, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => HERE,
        getNewLine: () => "\n",
      }),
    );
  return { [file.replace(/\.ts$/, ".js")]: code.outputText, [file.replace(/\.ts$/, ".d.ts")]: types.outputText };
}

rmSync(join(HERE, "dist"), { recursive: true, force: true });
const sources = readdirSync(join(HERE, "src"), { recursive: true }).filter(
  (file) => file.endsWith(".ts") && !NOT_PUBLISHED.test(file),
);
for (const [folder, module, type] of [
  ["esm", ts.ModuleKind.ESNext, "module"],
  ["cjs", ts.ModuleKind.CommonJS, "commonjs"],
]) {
  for (const source of sources)
    for (const [name, text] of Object.entries(compile(source, module))) {
      const target = join(HERE, "dist", folder, name);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
  // The files end in .js in both folders; this says how Node and TypeScript read them.
  writeFileSync(join(HERE, "dist", folder, "package.json"), `${JSON.stringify({ type })}\n`);
}
