/** Limits of length: a file of 300 lines, a function of 80 and a route of 25 can still be read at once. */
import { SyntaxKind } from "./syntax.mjs";

const FILE_LINES = 300;
const ROUTE_LINES = 25;
const FUNCTION_LINES = 80;

const FUNCTIONS = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.Constructor,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
]);
const isSource = (path) => /\.(ts|tsx|mts|mjs|cjs)$/.test(path);
const isTest = (path) => /\.(test|spec)\.tsx?$|^(tests|e2e)\//.test(path);

const linesOf = (file) => file.lineOf(file.text.length) - (file.text.endsWith("\n") ? 1 : 0);

/** The name of a function, or of the variable, property or call that it is given to. */
function nameOf(node, tree) {
  for (let at = node; at; at = at.parent) {
    if (at.name) return at.name.getText(tree);
    if (at.kind === SyntaxKind.CallExpression) return at.expression.getText(tree).replace(/\s+/g, "");
  }
  return "anonymous";
}

export const fileLengths = {
  name: "file-length",
  help: `split files over ${FILE_LINES} lines by subject`,
  applies: isSource,
  *check(file) {
    const lines = linesOf(file);
    if (lines > FILE_LINES) yield { line: FILE_LINES + 1, message: `${lines} lines` };
  },
};

export const routeLengths = {
  name: "route-length",
  help: `a route file of over ${ROUTE_LINES} lines holds rules that belong in a service`,
  applies: (path) => /^app\/(.+\/)?route\.ts$/.test(path),
  *check(file) {
    const lines = linesOf(file);
    if (lines > ROUTE_LINES) yield { line: ROUTE_LINES + 1, message: `${lines} lines` };
  },
};

export const functionLengths = {
  name: "function-length",
  help: `split functions over ${FUNCTION_LINES} lines into named steps`,
  applies: (path) => isSource(path) && !isTest(path),
  *check(file) {
    for (const node of file.nodes) {
      if (!FUNCTIONS.has(node.kind)) continue;
      const first = file.lineOf(node.getStart(file.tree));
      const lines = file.lineOf(node.end) - first + 1;
      const name = lines > FUNCTION_LINES && nameOf(node, file.tree);
      if (name) yield { line: first, message: `${name} has ${lines} lines`, name };
    }
  },
};
