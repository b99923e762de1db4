import { expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import { stream } from "./stream";

let users = 1000;
const anActor = (more: Partial<UserActor> = {}): UserActor => ({
  ...{ kind: "user", user_id: users++, username: "ann", email: "", fullname: "", role: "user", scope: "admin" },
  created_at: "",
  ...more,
});
/** A stream whose values the test pushes; `stopped` counts how often it was let go. */
function aStream(actor = anActor()) {
  const held = { push: (_: number) => {}, end: () => {}, stopped: 0 };
  const iterator = stream<number>(actor, (push, end) => {
    Object.assign(held, { push, end });
    return [() => held.stopped++];
  });
  return { held, iterator };
}

it("tells values in order, whether they came before or after they were asked for", async () => {
  const { held, iterator } = aStream();
  held.push(1);
  held.push(2);
  const both = [await iterator.next(), await iterator.next()].map(({ value }) => value);
  const later = iterator.next();
  held.push(3);
  expect([...both, (await later).value]).toEqual([1, 2, 3]);
  held.push(4);
  held.end();
  expect([await iterator.next(), await iterator.next()]).toEqual([
    { done: false, value: 4 },
    { done: true, value: undefined },
  ]);
  expect(held.stopped).toBe(1);
});

it("lets go of its listeners when the reader leaves, also one that waits", async () => {
  const { held, iterator } = aStream();
  const waiting = iterator.next();
  await iterator.return!();
  expect((await waiting).done).toBe(true);
  held.push(1);
  expect((await iterator.next()).done).toBe(true);
  expect(held.stopped).toBe(1);
});

it("ends with the session or key it was begun with, and not with another", async () => {
  const actor = anActor({ session_id: "s1" });
  const { held, iterator } = aStream(actor);
  bus.emit("access.revoked", { user_id: actor.user_id, session_id: "s2" });
  bus.emit("access.revoked", { user_id: actor.user_id, key_id: "k" });
  bus.emit("access.revoked", { user_id: actor.user_id + 500 });
  expect(held.stopped).toBe(0);
  bus.emit("access.revoked", { user_id: actor.user_id });
  await expect(iterator.next()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  expect((await iterator.next()).done).toBe(true);
});

it("lets a reader go that falls too far behind, after what was kept for it", async () => {
  const { held, iterator } = aStream();
  for (let n = 0; n < 1500; n++) held.push(n);
  for (let n = 0; n < 1000; n++) expect((await iterator.next()).value).toBe(n);
  await expect(iterator.next()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(held.stopped).toBe(1);
});

it("is refused beyond a hundred at once, until one ends", async () => {
  const actor = anActor();
  const open = Array.from({ length: 100 }, () => aStream(actor));
  expect(() => aStream(actor)).toThrow(/At most 100/);
  await open[0]!.iterator.return!();
  expect(() => aStream(actor)).not.toThrow();
});
