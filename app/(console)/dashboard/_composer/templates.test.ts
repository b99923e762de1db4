import { describe, expect, it } from "vitest";
import { readTemplates, TEMPLATES_MAX, withTemplate } from "./templates";

const ping = { name: "Ping", type: "ping", payload: "{}" };

describe("templates of commands", () => {
  it.each([null, "", "null", "{}", "[1, null, {}]", '[{"name":"x","type":1,"payload":"{}"}]', "{broken"])(
    "reads %j as none",
    (text) => {
      expect(readTemplates(text)).toEqual([]);
    },
  );

  it("keeps them by name, and replaces one of the same name", () => {
    const two = withTemplate(withTemplate([], ping), { ...ping, name: "Again" });
    expect(two.map(({ name }) => name)).toEqual(["Again", "Ping"]);
    expect(withTemplate(two, { ...ping, type: "pong" }).find(({ name }) => name === "Ping")?.type).toBe("pong");
  });

  it("takes no more than its limit", () => {
    const full = Array.from({ length: TEMPLATES_MAX }, (_, at) => ({ ...ping, name: `T${at}` }));
    expect(withTemplate(full, ping)).toHaveLength(TEMPLATES_MAX);
    expect(withTemplate(full, { ...ping, name: "T1", type: "pong" }).some(({ type }) => type === "pong")).toBe(true);
  });
});
