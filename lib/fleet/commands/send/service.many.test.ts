/** A command to more bots than one call reaches. */
import { expect, it, vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { BULK_MAX } from "@/lib/fleet/commands/contract.constants";
import { sendBulkCommand } from "@/lib/fleet/commands/contract.many";
import { createMany } from "./service.many";

it("says how many bots a call by filter left, and reaches them all by its cursors", async () => {
  const bots = Array.from({ length: 2 * BULK_MAX + 2 }, (_, index) => ({ id: `b${index}` }));
  const list = vi.fn(async (_: Actor, { limit, cursor }: { limit: number; cursor?: string }) => {
    const from = Number(cursor ?? 0);
    const next_cursor = from + limit < bots.length ? String(from + limit) : null;
    return { bots: bots.slice(from, from + limit), count: bots.length, next_cursor };
  });
  const sendExplained = vi.fn(async () => ({}));
  const deps = { bots: { list }, manifests: { newBatch: () => ({}) } };
  const many = createMany(deps as never, {} as never, { sendExplained } as never);
  const left: (number | undefined)[] = [];
  let cursor: string | undefined;
  do {
    const answer = await many.bulk({} as Actor, sendBulkCommand.body.parse({ filter: {}, type: "ping", cursor }));
    left.push(answer.left);
    cursor = answer.next_cursor ?? undefined;
  } while (cursor);
  expect(left).toEqual([BULK_MAX + 2, 2, 0]);
  expect(sendExplained.mock.calls.map(([, input]: unknown[]) => (input as { bot_id: string }).bot_id)).toEqual(
    bots.map(({ id }) => id),
  );
});
