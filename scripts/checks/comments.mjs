/** Finds comments that open with a riddle ("Who is …", "None when …") instead of a sentence with a subject and a verb. */
import { SyntaxKind } from "./syntax.mjs";

const RIDDLE = /^(Who|Whom|Whose|Whoever|What|Nobody|None)\b/;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
/** Comments of languages that TypeScript cannot read. */
const OTHER = /\/\*[\s\S]*?\*\/|^[ \t]*(?:\/\/|#)[^\n]*|"""[\s\S]*?"""/gm;

/** The comments of a file, as text and position. They lie between the leaves of its tree, so no string is taken for one. */
function* commentsOf(file) {
  if (!file.tree) {
    for (const match of file.text.matchAll(OTHER)) yield [match[0].trimStart(), match.index];
    return;
  }
  let from = 0;
  const leaves = file.nodes.filter((node) => isLeaf(node));
  const ranges = leaves.map((leaf) => [
    leaf.kind === SyntaxKind.JsxText ? leaf.pos : leaf.getStart(file.tree),
    leaf.end,
  ]);
  for (const [start, end] of [...ranges, [file.text.length, file.text.length]]) {
    for (const match of file.text.slice(from, start).matchAll(COMMENT)) yield [match[0], from + match.index];
    from = Math.max(from, end);
  }
}

function isLeaf(node) {
  let hasChild = false;
  node.forEachChild(() => {
    hasChild = true;
    return true;
  });
  return !hasChild && node.end > node.pos;
}

const opening = (comment) => comment.replace(/^(\/\*+|\/\/+|#+|""")[\s*]*/, "");

export const comments = {
  name: "comments",
  help: "open the comment with a full sentence: a subject, a verb and the reason",
  applies: (path) => !/^prisma\/migrations\//.test(path),
  *check(file) {
    let previous = -1;
    for (const [comment, position] of commentsOf(file)) {
      const line = file.lineOf(position);
      const continues = comment.startsWith("//") && line === previous + 1;
      previous = comment.startsWith("//") ? line : -1;
      if (!continues && RIDDLE.test(opening(comment))) yield { line, message: comment.split("\n", 1)[0].trim() };
    }
  },
};
