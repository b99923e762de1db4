import { expect, it, vi } from "vitest";
import { AppError } from "@/lib/core/errors";
import { actor } from "@/tests/actors";
import { createRemoval, type RemovalDeps } from "./service.removal";

it("keeps an account and its places in teams when nobody has room for its bots", async () => {
  const [leaveAll, remove, removeAllOf] = [vi.fn(), vi.fn(), vi.fn()];
  const full = new AppError("CONFLICT", "would own too many bots");
  const deps: RemovalDeps = {
    users: { isLastAdmin: async () => false, remove },
    bots: {
      ownedBots: async () => [],
      removeAllOf,
      receiver: async (_, to) => to,
      moveAllOf: () => Promise.reject(full),
    },
    ...{ teams: { leaveAll }, emit: vi.fn(), now: () => 0 },
  };
  await expect(createRemoval(deps)(actor(2), 2, { transfer_to: 7 })).rejects.toThrow(full);
  for (const change of [leaveAll, remove, removeAllOf]) expect(change).not.toHaveBeenCalled();
});

it("gives bots that are created while the account is deleted to the receiver too, and deletes none", async () => {
  const owned = new Set(["old"]);
  const moved: string[] = [];
  const removeAllOf = vi.fn();
  const deps: RemovalDeps = {
    users: { isLastAdmin: async () => false, remove: async () => Boolean(owned.add("late")) },
    bots: {
      ...{ ownedBots: async () => [], removeAllOf, receiver: async (_, to) => to },
      async moveAllOf() {
        moved.push(...owned);
        owned.clear();
      },
    },
    teams: { leaveAll: async () => void owned.add("new") },
    ...{ emit: vi.fn(), now: () => 0 },
  };
  await createRemoval(deps)(actor(2), 2, { delete_bots: false, transfer_to: 7 });
  expect(moved).toEqual(["old", "new", "late"]);
  expect(removeAllOf).not.toHaveBeenCalled();
});
