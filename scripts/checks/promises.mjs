/** Finds promises that are not awaited: a rejection would end the process, or be lost. */
import {
  isBinaryExpression,
  isCallExpression,
  isConditionalExpression,
  isExpressionStatement,
  isParenthesizedExpression,
  isPropertyAccessExpression,
  SyntaxKind,
  TypeFlags,
} from "./syntax.mjs";

const LOGICAL = new Set([SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken, SyntaxKind.QuestionQuestionToken]);
/** Expressions that are no promise left behind: `await x`, `void x`, `delete x`, `x++`. */
const SETTLED = new Set([
  SyntaxKind.AwaitExpression,
  SyntaxKind.VoidExpression,
  SyntaxKind.DeleteExpression,
  SyntaxKind.PostfixUnaryExpression,
  SyntaxKind.PrefixUnaryExpression,
  SyntaxKind.YieldExpression,
]);

/** Yields the expressions whose value a statement drops: `a && b()` drops the value of `b()`. */
function dropped(node) {
  if (isParenthesizedExpression(node)) return dropped(node.expression);
  if (isConditionalExpression(node)) return [...dropped(node.whenTrue), ...dropped(node.whenFalse)];
  if (isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (kind === SyntaxKind.CommaToken) return [...dropped(node.left), ...dropped(node.right)];
    return LOGICAL.has(kind) ? dropped(node.right) : [];
  }
  if (SETTLED.has(node.kind)) return [];
  if (isCallExpression(node) && isPropertyAccessExpression(node.expression)) {
    const method = node.expression.name.text;
    if (method === "catch" && node.arguments.length > 0) return [];
    if (method === "then" && node.arguments.length > 1) return [];
    if (method === "finally") return dropped(node.expression.expression);
  }
  return [node];
}

const NEVER_THENABLE =
  TypeFlags.Undefined | TypeFlags.Null | TypeFlags.Void | TypeFlags.Never | TypeFlags.StringLike | TypeFlags.NumberLike;

function isThenable(type, checker, known) {
  if (!type || type.flags & (NEVER_THENABLE | TypeFlags.BooleanLike | TypeFlags.Any | TypeFlags.Unknown)) return false;
  const cached = known.get(type.id);
  if (cached !== undefined) return cached;
  const answer = type.isUnionType()
    ? type.getTypes().some((member) => isThenable(member, checker, known))
    : checker.getPropertyOfType(type, "then") !== undefined;
  known.set(type.id, answer);
  return answer;
}

const knownOf = new WeakMap();

export const promises = {
  name: "floating-promises",
  help: "await the promise, return it, or handle its failure with .catch(). `void` says that it never fails.",
  applies: (path) => /\.(ts|tsx|mts|mjs)$/.test(path) && !path.endsWith(".d.ts"),
  *check(file) {
    const nodes = file.nodes.filter(isExpressionStatement).flatMap((node) => dropped(node.expression));
    if (nodes.length === 0) return;
    if (!knownOf.has(file.checker)) knownOf.set(file.checker, new Map());
    const types = file.checker.getTypeAtLocation(nodes);
    for (const [index, node] of nodes.entries())
      if (isThenable(types[index], file.checker, knownOf.get(file.checker)))
        yield { line: file.lineOf(node.getStart(file.tree)), message: firstLine(node.getText(file.tree)) };
  },
};

const firstLine = (text) => text.replace(/\s+/g, " ").slice(0, 100);
