/** Finds test titles that are too long to read as a fact in a list. */
import { isCallExpression, isIdentifier } from "./syntax.mjs";

const CHARACTERS = 110;
const TESTS = new Set(["it", "test", "describe"]);

/** The name that `test.describe("…")`, `it.each([…])("…")` and `it("…")` begin with. */
function rootOf(node) {
  if (isIdentifier(node)) return node.text;
  return node.expression ? rootOf(node.expression) : "";
}

export const testTitles = {
  name: "test-titles",
  help: `a title of a test is a fact in at most ${CHARACTERS} characters`,
  applies: (path) => /\.(test|spec)\.tsx?$/.test(path),
  *check(file) {
    for (const node of file.nodes) {
      if (!isCallExpression(node) || !TESTS.has(rootOf(node.expression))) continue;
      const [title] = node.arguments;
      const text = title && /^["'`]/.test(title.getText(file.tree)) ? title.getText(file.tree).slice(1, -1) : "";
      if (text.length > CHARACTERS)
        yield { line: file.lineOf(title.getStart(file.tree)), message: `${text.length} characters: ${text}` };
    }
  },
};
