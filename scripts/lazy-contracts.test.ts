import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { lazyContracts } from "./lazy-contracts.mjs";

const FILES = {
  "room/contract.ts": `
    import { z } from "zod";
    import { Shared } from "../contract.shared";
    globalThis.evaluated.push("contract");
    export type Bot = z.infer<typeof Bot>;
    export const Bot = z.object({ name: Shared });
    export const LIMIT = 7;`,
  "contract.shared.ts": `
    import { z } from "zod";
    globalThis.evaluated.push("shared");
    export const Shared = z.string().max(5);`,
  "service.ts": `
    import { Bot, LIMIT } from "./room/contract";
    import { Shared } from "./contract.shared";
    export const check = (value) => [Bot.safeParse(value).success, LIMIT, Shared.safeParse("long enough").success];`,
};

it("evaluates a contract when one of its exports is first used, once", async () => {
  const folder = mkdtempSync("lazy-");
  try {
    mkdirSync(join(folder, "room"));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    const entryPoints = [join(folder, "service.ts")];
    const options = { bundle: true, write: false, platform: "node", format: "iife", globalName: "service" } as const;
    const { outputFiles } = await build({ ...options, entryPoints, plugins: [lazyContracts] });
    const evaluated: string[] = [];
    Object.assign(globalThis, { evaluated });
    const service = new Function(`${outputFiles[0]!.text}; return service;`)();
    expect(evaluated).toEqual([]);
    expect(service.check({ name: "one" })).toEqual([true, 7, false]);
    expect(service.check({ name: "too long" })).toEqual([false, 7, false]);
    expect(evaluated.sort()).toEqual(["contract", "shared"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
