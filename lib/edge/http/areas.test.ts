import { expect, it } from "vitest";
import { routeTable } from "@/generated/routes";
import { levelOf } from "@/lib/core/contract.areas";
import { areaOf, placedOperations } from "./areas";
import type { RouteConfig, RouteHandler } from "./route.types";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const served: RouteConfig[] = [];
for (const [, load] of routeTable) {
  const module = (await load()) as Partial<Record<string, RouteHandler>>;
  for (const method of METHODS) {
    const config = module[method]?.config;
    if (config) served.push(config);
  }
}

it("places every operation in an area", () => {
  expect(served.length).toBeGreaterThan(200);
  const placed = new Set(placedOperations());
  const ids = served.map(({ contract }) => contract.id);
  expect(ids.filter((id) => !placed.has(id))).toEqual([]);
  expect([...placed].filter((id) => !ids.includes(id))).toEqual([]);
});

it("asks of a key with areas for the level that the older scopes need", () => {
  const differing = served.flatMap(({ contract, scope }) => {
    const area = areaOf(contract.id);
    const needed = scope ?? (contract.method === "GET" ? "read" : "operate");
    return area === "any" || levelOf(area) === needed ? [] : [`${contract.id}: ${area}, ${needed}`];
  });
  expect(differing).toEqual([]);
});

it("needs a right wherever the public may not call, but for what says only who is calling", () => {
  const open = served.filter(({ contract, auth }) => areaOf(contract.id) === "any" && !auth.includes("public"));
  expect(open.map(({ contract }) => contract.id).sort()).toEqual([
    "getGraphql",
    "logout",
    "ping",
    "postGraphql",
    "trackPageView",
    "verifyToken",
    "verifyTokenByPost",
  ]);
});
