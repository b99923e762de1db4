/** Migrations for SQLite add a column in place where the schema engine would copy the whole table. */
import { expect, it } from "vitest";
import { withAddedColumns } from "./add-columns";

const copy = (columns: string, copied = '"id", "name"', selected = copied) => `-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_bot" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    ${columns}
    CONSTRAINT "bot_owner_fkey" FOREIGN KEY ("name") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_bot" (${copied}) SELECT ${selected} FROM "bot";
DROP TABLE "bot";
ALTER TABLE "new_bot" RENAME TO "bot";
CREATE INDEX "bot_name_idx" ON "bot"("name");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
`;

it("adds columns that have a constant default", () => {
  expect(withAddedColumns(copy(`"note" TEXT NOT NULL DEFAULT '',\n    "weight" INTEGER NOT NULL DEFAULT -1,`))).toBe(
    `-- AddColumn
ALTER TABLE "bot" ADD COLUMN "note" TEXT NOT NULL DEFAULT '';
ALTER TABLE "bot" ADD COLUMN "weight" INTEGER NOT NULL DEFAULT -1;
`,
  );
});

it("keeps the rest of the migration", () => {
  const other = `-- CreateTable\nCREATE TABLE "x" (\n    "id" TEXT NOT NULL PRIMARY KEY\n);\n\n`;
  expect(withAddedColumns(`${other}${copy(`"note" TEXT NOT NULL DEFAULT '',`)}`)).toMatch(
    /^-- CreateTable\nCREATE TABLE "x"[\s\S]*-- AddColumn\nALTER TABLE "bot" ADD COLUMN "note"/,
  );
});

it.each([
  ["the default is computed", copy(`"at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,`)],
  ["a column has no default", copy(`"note" TEXT NOT NULL,`)],
  ["a column is copied from another", copy(`"note" TEXT NOT NULL DEFAULT '',`, '"id", "name"', '"id", "title"')],
  ["no column is added", copy("")],
  ["nothing is copied", `ALTER TABLE "bot" ADD COLUMN "note" TEXT;\n`],
])("leaves the migration as it is when %s", (_, sql) => {
  expect(withAddedColumns(sql)).toBe(sql);
});
