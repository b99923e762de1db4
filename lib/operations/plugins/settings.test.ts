import { expect, it } from "vitest";
import { replaced } from "./settings";

const schema = { type: "object", properties: { word: { type: "string" } } };

it("drops what an earlier version of the plugin knew, and refuses what none did", () => {
  expect(replaced(schema, { gone: 1, word: "a" }, { gone: 1, word: "b" })).toEqual({ word: "b" });
  expect(() => replaced(schema, {}, { word: "b", wrod: "c" })).toThrow("settings.wrod: is no setting of this plugin");
});

it("takes anything where the plugin's schema does", () => {
  expect(replaced({ ...schema, additionalProperties: true }, {}, { any: 1 })).toEqual({ any: 1 });
});
