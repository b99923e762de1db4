/**
 * Finds text that is shortened by a bare `.slice(0, LIMIT)`, which cuts a surrogate pair or an emoji in two. cutText and cutBytes
 * (lib/core/format/text.ts; clients and plugins have their own copies) cut between characters.
 *
 * Flags slice, substring and substr of strings from 0 to a constant or to a number of 20 or more; shorter numbers take dates and
 * codes apart. Where the text can only be ASCII, a comment in the line or next to it says so with that word.
 */
import {
  isBinaryExpression,
  isCallExpression,
  isIdentifier,
  isNumericLiteral,
  isPropertyAccessExpression,
  TypeFlags,
} from "./syntax.mjs";

const HELPERS = new Set(["lib/core/format/text.ts", "clients/typescript/src/text.ts"]);
const MINIMUM = 20;

/** A limit is a number of MINIMUM or more, or anything computed from a constant in capitals. */
function isLimit(node) {
  if (isNumericLiteral(node)) return Number(node.text) >= MINIMUM;
  if (isIdentifier(node)) return /^([A-Z][A-Z0-9_]+|max)$/.test(node.text);
  return isBinaryExpression(node) && (isLimit(node.left) || isLimit(node.right));
}

const isText = (type) =>
  type.isUnionType() ? type.getTypes().some(isText) : (type.flags & (TypeFlags.StringLike | TypeFlags.Any)) !== 0;

function isCut(node, tree) {
  if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return false;
  if (!["slice", "substring", "substr"].includes(node.expression.name.text)) return false;
  const [from, to] = node.arguments;
  return from && to && from.getText(tree) === "0" && isLimit(to);
}

export const textCuts = {
  name: "text-cuts",
  help: "cut text with cutText or cutBytes of lib/core/format/text.ts",
  applies: (path) =>
    /^(app|lib|plugins|clients)\/|^server\.ts$/.test(path) &&
    !/\.test\.tsx?$|\.d\.ts$|\/examples\//.test(path) &&
    !HELPERS.has(path),
  *check(file) {
    const cuts = file.nodes.filter((node) => isCut(node, file.tree));
    if (cuts.length === 0) return;
    const types = file.checker.getTypeAtLocation(cuts.map((node) => node.expression.expression));
    const lines = file.text.split("\n");
    for (const [index, node] of cuts.entries()) {
      if (!types[index] || !isText(types[index])) continue;
      const line = file.lineOf(node.getStart(file.tree));
      if (lines.slice(Math.max(0, line - 3), line + 2).some((text) => /\bASCII\b/.test(text))) continue;
      yield { line, message: node.getText(file.tree).replace(/\s+/g, " ") };
    }
  },
};
