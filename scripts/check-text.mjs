/**
 * A lint: text is shortened by cutText and cutBytes of lib/core/format/text.ts (clients and plugins have their own copies), never by a bare
 * `.slice(0, LIMIT)`, which cuts a surrogate pair or an emoji in two. Flags slice, substring and substr of strings from 0 to a
 * constant or to a number of 20 or more; shorter numbers take dates and codes apart. Needs types: arrays are sliced alike.
 * Where the text can only be ASCII, a comment in the line or above it says so with that word.
 */
import ts from "typescript";

const FOLDERS = /^(app|lib|plugins|clients|server\.ts)/;
const EXEMPT = /\.test\.tsx?$|\.d\.ts$|\/examples\//;
/** Files of the helpers themselves, which may cut. */
const HELPERS = new Set(["lib/core/format/text.ts", "clients/typescript/src/text.ts"]);
const LEAST = 20;

const root = `${process.cwd()}/`;
const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const plugins = ts.sys
  .readDirectory("plugins", [".mjs"])
  .concat(ts.sys.readDirectory("lib/operations/plugins/runtime", [".mjs"]));
const program = ts.createProgram([...fileNames, ...plugins], {
  ...options,
  allowJs: true,
  noEmit: true,
  incremental: false,
});
const checker = program.getTypeChecker();

/** Is it a limit: a number of LEAST or more, or anything made with a constant in capitals? */
function isLimit(node) {
  if (ts.isNumericLiteral(node)) return Number(node.text) >= LEAST;
  if (ts.isIdentifier(node)) return /^([A-Z][A-Z0-9_]+|max)$/.test(node.text);
  return ts.isBinaryExpression(node) && (isLimit(node.left) || isLimit(node.right));
}

const isText = (type) =>
  type.isUnion()
    ? type.types.some(isText)
    : (type.flags & ts.TypeFlags.StringLike) !== 0 || type.flags === ts.TypeFlags.Any;

let found = 0;
function visit(node, file) {
  ts.forEachChild(node, (child) => visit(child, file));
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
  if (!["slice", "substring", "substr"].includes(node.expression.name.text)) return;
  const [from, to] = node.arguments;
  if (!from || !to || from.getText() !== "0" || !isLimit(to)) return;
  if (!isText(checker.getTypeAtLocation(node.expression.expression))) return;
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  const lines = file.text.split("\n");
  if (lines.slice(Math.max(0, line - 2), line + 3).some((text) => /\bASCII\b/.test(text))) return;
  console.error(`${file.fileName.replace(root, "")}:${line + 1} ${node.getText().replace(/\s+/g, " ")}`);
  found++;
}

for (const file of program.getSourceFiles()) {
  const path = file.fileName.replace(root, "");
  if (FOLDERS.test(path) && !EXEMPT.test(path) && !HELPERS.has(path)) visit(file, file);
}
if (found > 0) console.error(`${found} texts are cut without cutText or cutBytes (lib/core/format/text.ts)`);
process.exit(found > 0 ? 1 : 0);
