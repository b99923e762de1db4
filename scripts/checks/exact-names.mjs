/**
 * Finds locators of journeys that match a name by any text within it. "Run" then also means the button "dryRunAlertRule",
 * and the journey fails on the machine where that button is loaded first.
 */
import {
  isCallExpression,
  isNewExpression,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isRegularExpressionLiteral,
} from "./syntax.mjs";

/** Method → whether its first argument is the name. The others take `name` in their options. */
const LOCATORS = new Map([
  ["getByRole", false],
  ["getByLabel", true],
]);

/** True for `/…/` and `new RegExp(…)`. */
const isExpression = (node) => isRegularExpressionLiteral(node) || isNewExpression(node);

const propertyOf = (options, name) =>
  options && isObjectLiteralExpression(options)
    ? options.properties.find((property) => property.name?.text === name)
    : undefined;

export const exactNames = {
  name: "exact-names",
  help: "add `exact: true` to the locator, or give the name as an expression; `exact: false` fits what must be absent",
  applies: (path) => path.startsWith("e2e/"),
  *check(file) {
    for (const node of file.nodes) {
      if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) continue;
      const isNamedFirst = LOCATORS.get(node.expression.name.text);
      if (isNamedFirst === undefined) continue;
      const [first, options] = node.arguments;
      const property = propertyOf(options, "name");
      const name = isNamedFirst ? first : (property?.initializer ?? property?.name);
      if (!name || isExpression(name) || propertyOf(options, "exact")) continue;
      yield { line: file.lineOf(node.getStart(file.tree)), message: name.getText(file.tree) };
    }
  },
};
