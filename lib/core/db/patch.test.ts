/** Columns of an update follow from its fields. */
import { expect, it } from "vitest";
import { type ColumnMap, changedColumns, fieldsOf } from "./patch";

type Change = { name?: string; metadata?: object };
const MAP: ColumnMap<Change, "bot"> = {
  name: (name) => ({ name }),
  metadata: (metadata) => ({ metadata: JSON.stringify(metadata), settings_version: 0 }),
};

it("sets the columns of the fields that are given, in the order of the map", () => {
  expect(changedColumns(MAP, { metadata: {}, name: "" })).toEqual({ name: "", metadata: "{}", settings_version: 0 });
  expect(Object.keys(changedColumns(MAP, { metadata: {}, name: "a" }))[0]).toBe("name");
  expect(changedColumns(MAP, { name: undefined })).toEqual({});
});

it("leaves out what is no field of the update", () => {
  expect(changedColumns(MAP, { name: "a", token_hash: "x" } as Change)).toEqual({ name: "a" });
});

it("refuses a map that lacks a field, or has one too many, by its type", () => {
  // @ts-expect-error metadata is missing
  const short: ColumnMap<Change, "bot"> = { name: (name) => ({ name }) };
  // @ts-expect-error no such column
  const wrong: ColumnMap<Pick<Change, "name">, "bot"> = { name: (name) => ({ title: name }) };
  // @ts-expect-error no such field
  const long: ColumnMap<Pick<Change, "name">, "bot"> = { name: (name) => ({ name }), other: () => ({}) };
  expect([short, wrong, long].flatMap((map) => fieldsOf(map))).toEqual(["name", "name", "name", "other"]);
});
