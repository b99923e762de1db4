/**
 * An operation's address is written once, in its contract: the place of its route file and the browser's calls agree with it,
 * and its id is a name of its own.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { routeTable } from "@/generated/routes";
import type { Call, Operation } from "@/lib/core/contract";
import type { RouteHandler } from "./route.types";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
type Served = { place: string; operation: Operation };

const served: Served[] = [];
for (const [path, load] of routeTable) {
  const module = (await load()) as Partial<Record<string, RouteHandler>>;
  for (const method of METHODS) {
    const operation = module[method]?.config?.contract;
    if (operation) served.push({ place: `${method} ${path.replace(/\[(\w+)\]/g, "{$1}")}`, operation });
  }
}
const lineOf = ({ method, path }: Call) => `${method} ${path}`;
const byId = new Map(served.map(({ operation }) => [operation.id, operation]));

describe("every operation", () => {
  it("is served where its contract says", () => {
    expect(served.length).toBeGreaterThan(200);
    expect(served.map(({ operation }) => lineOf(operation))).toEqual(served.map(({ place }) => place));
  });

  it("has an id that no other has", () => {
    const ids = served.map(({ operation }) => operation.id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
  });
});

it("gives browsers a call by the name and address of an operation that is served", async () => {
  const files = readdirSync("generated/calls", { recursive: true, encoding: "utf8" });
  const modules = await Promise.all(
    files
      .filter((file) => file.endsWith(".ts"))
      .map(async (file) => (await import(join(process.cwd(), "generated/calls", file))) as Record<string, Call>),
  );
  const calls = modules.flatMap((module) => Object.entries(module));
  expect(calls.length).toBeGreaterThan(200);
  expect(calls.map(([id, call]) => [id, lineOf(call)])).toEqual(
    calls.map(([id]) => [id, byId.has(id) ? lineOf(byId.get(id)!) : "not served"]),
  );
});
