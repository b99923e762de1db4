/**
 * Nothing merges class names in the browser (cn.ts). So whatever of a component a caller overrides has to carry `ui:`,
 * and the arguments of one cn() must not contradict each other: tailwind-merge, which knows the pairs, says so here.
 */
import { readdirSync, readFileSync } from "node:fs";
import { twMerge } from "tailwind-merge";
import ts from "typescript";
import { expect, it } from "vitest";

const files = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((path) => /(?<!\.test)\.tsx?$/.test(path))
  .map((path) => ts.createSourceFile(path, readFileSync(`app/${path}`, "utf8"), ts.ScriptTarget.Latest, true));

function every(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => every(child, visit));
}

/** The class texts an expression may give; names are looked up where they are from. */
function textsOf(node: ts.Node, seen = new Set<string>()): string[] {
  const found: string[] = [];
  const walk = (one: ts.Node): void => {
    if (ts.isStringLiteralLike(one)) found.push(one.text);
    else if (ts.isConditionalExpression(one)) [one.whenTrue, one.whenFalse].forEach(walk);
    else if (ts.isBinaryExpression(one)) walk(one.right);
    else if (ts.isPropertyAssignment(one)) walk(one.initializer);
    else if (ts.isElementAccessExpression(one)) walk(one.expression);
    else if (ts.isIdentifier(one)) {
      if (seen.has(one.text)) return;
      seen.add(one.text);
      const own = one.getSourceFile();
      const imported = own.text.match(
        new RegExp(`import \\{[^}]*\\b${one.text}\\b[^}]*\\} from "(?:\\./|@/app/)([^"]+)"`),
      )?.[1];
      for (const file of imported ? files.filter(({ fileName }) => fileName.includes(`${imported}.ts`)) : [own])
        every(file, (each) => {
          if (ts.isVariableDeclaration(each) && each.name.getText() === one.text && each.initializer)
            found.push(...textsOf(each.initializer, seen));
        });
    } else one.forEachChild(walk);
  };
  walk(node);
  return found;
}

/** Returns the classes of `first` that merging with `second` would drop. */
function dropped(first: string, second: string): string[] {
  const kept = twMerge(first, second).split(" ");
  const own = new Set(second.split(" "));
  return twMerge(first)
    .split(" ")
    .filter((name) => name && !own.has(name) && !kept.includes(name));
}

const isCn = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && node.expression.getText() === "cn";

/** Class texts a component gives the element that takes its caller's className, by the component's name. */
const components = new Map<string, string[]>();
for (const file of files)
  every(file, (node) => {
    if (!ts.isFunctionDeclaration(node) || !node.name) return;
    const own: string[] = [];
    every(node, (one) => {
      if (isCn(one) && one.arguments.some((each) => /(^|\.)(areaC|c)lassName$/.test(each.getText())))
        own.push(...one.arguments.flatMap((each) => textsOf(each)));
    });
    // Kept apart from what it only hands on, as CopyButton does to Button.
    if (own.length > 0) components.set(node.name.text, own);
  });
components.set("CopyButton", components.get("Button") ?? []);
components.set("Menu", components.get("MenuLayer") ?? []);
components.set("Dialog", components.get("DialogLayer") ?? []);
components.set("ConfirmDialog", components.get("DialogLayer") ?? []);

it("knows the components whose classes are overridden", () => {
  for (const name of ["Button", "Input", "Select", "Skeleton", "Td", "Badge", "Dialog"])
    expect(components.get(name), name).not.toHaveLength(0);
});

it("finds no class that a caller's could lose against", () => {
  const lost: string[] = [];
  for (const file of files)
    every(file, (node) => {
      if (!ts.isJsxOpeningElement(node) && !ts.isJsxSelfClosingElement(node)) return;
      const base = components.get(node.tagName.getText());
      if (!base) return;
      for (const prop of node.attributes.properties)
        if (ts.isJsxAttribute(prop) && /lassName$/.test(prop.name.getText()) && prop.initializer)
          for (const given of textsOf(prop.initializer))
            for (const own of base)
              for (const name of dropped(own, given))
                lost.push(`${file.fileName}: <${node.tagName.getText()} "${given}"> against its own ${name}`);
    });
  expect([...new Set(lost)]).toEqual([]);
});

it("finds no arguments of one cn() that contradict each other", () => {
  const lost: string[] = [];
  for (const file of files)
    every(file, (node) => {
      if (!isCn(node)) return;
      const classes = node.arguments.map((one) => textsOf(one));
      for (const [at, later] of classes.entries())
        for (const first of classes.slice(0, at).flat())
          for (const second of later)
            for (const name of dropped(first, second)) lost.push(`${file.fileName}: ${name} before "${second}"`);
    });
  expect([...new Set(lost)]).toEqual([]);
});
