/** The adapters of document 003's app give no more than the rights of the caller: its headers are anybody's to send. */
import { expect, it, vi } from "vitest";
import type { App } from "@/lib/app";
import type { Area } from "@/lib/core/contract.areas";
import { actor } from "@/tests/actors";
import { cogNamesOf } from "./logs";
import { chooseOptIns } from "./members";

it("names plugins to staff alone, and only by keys that reach plugins", async () => {
  const app = { plugins: { list: async () => [{ name: "greeter" }] } } as unknown as App;
  const admin = { ...actor(1), role: "admin" as const };
  const keyed = (...areas: Area[]) => ({ ...admin, key_id: "k", limits: { areas: new Set(areas) } });
  expect(await cogNamesOf(app, admin)).toEqual(["greeter"]);
  expect(await cogNamesOf(app, keyed("server:read"))).toEqual(["greeter"]);
  expect(await cogNamesOf(app, keyed("logs:read"))).toEqual([]);
  expect(await cogNamesOf(app, actor(2))).toEqual([]);
});

it("gives nobody a role of Discord that makes an admin or a moderator", async () => {
  const setRole = vi.fn();
  const roles = {
    admin_role_id: "10001",
    moderator_role_id: "10002",
    changelog_role_id: "10001",
    meme_role_id: "10002",
  };
  const app = {
    accounts: { ownMember: async () => ({ discord_id: "7" }) },
    config: { section: async () => roles },
    guild: { setRole, member: async () => undefined },
  } as unknown as App;
  for (const choice of [{ changelog_opt_in: true }, { meme_opt_in: true }])
    await expect(chooseOptIns(app, actor(1), choice)).rejects.toMatchObject({ code: "CONFLICT" });
  expect(setRole).not.toHaveBeenCalled();
});
