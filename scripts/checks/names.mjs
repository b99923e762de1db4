/** Finds names that were retired because they say nothing to a reader: as identifiers, and as parts of file names. */
import { isIdentifier, SyntaxKind } from "./syntax.mjs";

const RETIRED = new Set([
  "told",
  "takeTold",
  "herald",
  "farewell",
  "villain",
  "breath",
  "words",
  "parts",
  "turn",
  "outside",
  "soon",
]);
/**
 * Parents of an identifier that declares a name. Uses follow their declaration, and a property in an object is named by its
 * type, which may be another package's or the wire's.
 */
const DECLARATIONS = new Set([
  SyntaxKind.VariableDeclaration,
  SyntaxKind.Parameter,
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ClassDeclaration,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.EnumDeclaration,
  SyntaxKind.EnumMember,
  SyntaxKind.PropertySignature,
  SyntaxKind.PropertyDeclaration,
  SyntaxKind.MethodSignature,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
  SyntaxKind.BindingElement,
  SyntaxKind.TypeParameter,
  SyntaxKind.NamespaceImport,
  SyntaxKind.ImportClause,
  SyntaxKind.ImportSpecifier,
]);

export const names = {
  name: "retired-names",
  help: "choose a name that says what it is; the retired ones are listed in scripts/checks/names.mjs",
  applies: (path) => !/^prisma\/migrations\//.test(path),
  *check(file) {
    const segment = file.path.split(/[/.-]/).find((part) => RETIRED.has(part));
    if (segment) yield { line: 1, message: `"${segment}" in the file's name` };
    for (const node of file.nodes)
      if (
        isIdentifier(node) &&
        RETIRED.has(node.text) &&
        DECLARATIONS.has(node.parent.kind) &&
        node.parent.name === node
      )
        yield { line: file.lineOf(node.getStart(file.tree)), message: node.text };
  },
};
