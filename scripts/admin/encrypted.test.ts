/** The list of encrypted columns is that of the schema's remarks, and of the code that seals. */
import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ENCRYPTED } from "./encrypted";

/** The columns whose remark in the schema begins with "Encrypted". */
function remarkedColumns(): string[] {
  const schema = readFileSync("prisma/schema.prisma", "utf8");
  return [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].flatMap(([, model, body]) => {
    const table = /@@map\("(\w+)"\)/.exec(body!)?.[1] ?? model;
    const columns = body!.matchAll(/\/\/\/ Encrypted\b.*\n(?:\s*\/\/\/.*\n)*\s*(\w+)\s+\w+\??(.*)/g);
    return [...columns].map(([, field, rest]) => `${table}.${/@map\("(\w+)"\)/.exec(rest!)?.[1] ?? field}`);
  });
}

it("names every column that the schema calls encrypted", () => {
  expect(ENCRYPTED.map(({ table, column }) => `${table}.${column}`).sort()).toEqual(remarkedColumns().sort());
});

it("names every file that takes `seal` from the secrets", () => {
  const writers = globSync("{lib,app}/**/*.ts").filter(
    (file) =>
      !file.endsWith(".test.ts") &&
      /import \{[^}]*\bseal\b[^}]*\} from "@\/lib\/core\/secrets"/.test(readFileSync(file, "utf8")),
  );
  expect([...new Set(ENCRYPTED.map(({ writer }) => writer))].sort()).toEqual(writers.sort());
});
