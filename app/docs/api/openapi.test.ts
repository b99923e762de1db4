import { describe, expect, it } from "vitest";
import { entriesByTag, jsonOf, type OpenApi, sample } from "./openapi";

const api: OpenApi = {
  info: { title: "t", version: "1" },
  tags: [{ name: "b" }, { name: "a" }, { name: "unused" }],
  paths: {
    "/a/{id}": { get: { tags: ["a"], summary: "A" }, parameters: [] },
    "/b": { post: { tags: ["b"] }, get: { tags: ["b"] } },
  },
  components: {
    schemas: {
      Node: { type: "object", properties: { id: { type: "string" }, child: { $ref: "#/components/schemas/Node" } } },
    },
  },
};

describe("entriesByTag", () => {
  it("groups operations in the order of the tags and leaves empty tags out", () => {
    const groups = entriesByTag(api).map(([tag, entries]) => [tag, entries.map((entry) => entry.id)]);
    expect(groups).toEqual([
      ["b", ["get-b", "post-b"]],
      ["a", ["get-a-id"]],
    ]);
  });
});

describe("sample", () => {
  it("prefers what the schema says of itself", () => {
    expect(sample({ type: "string", example: "ada" }, api)).toBe("ada");
    expect(sample({ type: "integer", default: 90 }, api)).toBe(90);
    expect(sample({ enum: ["read", "admin"] }, api)).toBe("read");
  });
  it("picks the choice that is not null", () => {
    expect(sample({ anyOf: [{ type: "null" }, { type: "boolean" }] }, api)).toBe(true);
  });
  it("ends with schemas that refer to themselves", () => {
    expect(JSON.stringify(sample({ $ref: "#/components/schemas/Node" }, api)).length).toBeLessThan(500);
  });
});

describe("jsonOf", () => {
  it("answers the documented example before a made one, and nothing for other media", () => {
    expect(jsonOf({ "application/json": { schema: { type: "string" }, example: 7 } }, api)?.example).toBe(7);
    expect(jsonOf({ "text/csv": {} }, api)).toBeUndefined();
  });
});
