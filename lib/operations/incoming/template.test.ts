import { describe, expect, it } from "vitest";
import { readJson, writeJson } from "@/lib/core/format/json";
import { fieldOf, fillJson, fillText, type Values } from "./template";

const body = readJson(
  '{"ref":"refs/heads/main","count":0,"off":null,"id":123456789012345678901,"alerts":[{"labels":{"name":"Load"}}]}',
);
const values: Values = { body, headers: { "x-github-event": "push" } };

describe("a template", () => {
  it("reads fields, entries of lists, headers and the whole body", () => {
    expect(fillText("{{alerts.0.labels.name}} on {{ref}} ({{header:X-GitHub-Event}})", values)).toBe(
      "Load on refs/heads/main (push)",
    );
    expect(fillJson({ all: "{{.}}" }, values)).toEqual({ all: body });
  });

  it("makes missing fields empty, or the default", () => {
    expect(fillText("[{{none}}] [{{none.deeper|a default}}] [{{off|off}}] [{{count|7}}]", values)).toBe(
      "[] [a default] [off] [0]",
    );
    expect(fillJson(["{{none}}", "{{none|text}}", "x{{none}}"], values)).toEqual([null, "text", "x"]);
  });

  it("takes a value as it is where a text is one placeholder, with every digit", () => {
    const made = fillJson({ id: "{{id}}", list: "{{alerts}}", text: "#{{id}}" }, values);
    expect(writeJson(made)).toBe(
      '{"id":123456789012345678901,"list":[{"labels":{"name":"Load"}}],"text":"#123456789012345678901"}',
    );
  });

  it("reads own fields only", () => {
    for (const path of ["constructor", "__proto__.x", "alerts.length", "ref.length", "alerts.-1", "alerts.1e0"])
      expect(fieldOf(values, path), path).toBeUndefined();
    expect(writeJson(fillJson(readJson('{"__proto__":"{{ref}}"}'), values))).toBe('{"__proto__":"refs/heads/main"}');
  });

  it("does not fill what it has filled in", () => {
    expect(fillText("{{text}}", { body: { text: "{{secret}}", secret: "s" }, headers: {} })).toBe("{{secret}}");
  });

  it("leaves keys and broken placeholders as they are", () => {
    expect(fillJson({ "{{ref}}": "{{ref" }, values)).toEqual({ "{{ref}}": "{{ref" });
  });

  it("refuses to make more than 64 kB of a request", () => {
    const large = { body: { text: "x".repeat(40_000) }, headers: {} };
    expect(() => fillText("{{text}}{{text}}", large)).toThrow("65536");
    expect(() => fillJson({ a: "{{text}}", b: ["{{text}}"] }, large)).toThrow("65536");
  });

  it("needs little time for texts that look like many placeholders", () => {
    const start = performance.now();
    expect(fillText("{{".repeat(1_000), values)).toBe("{{".repeat(1_000));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
