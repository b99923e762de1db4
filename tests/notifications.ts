/** The room of notifications on a real database: an admin, a moderator, two users and a deactivated account. */

import { afterAll, beforeAll, beforeEach } from "vitest";
import { createBroadcastStore } from "@/lib/community/notifications/broadcasts/store";
import { listNotifications } from "@/lib/community/notifications/contract";
import type { Result } from "@/lib/community/notifications/push/transport";
import { createSender } from "@/lib/community/notifications/sending/sender";
import { createQueueStore, type DeliveryJob } from "@/lib/community/notifications/sending/store";
import { createNotificationService } from "@/lib/community/notifications/service";
import { createNotificationStore } from "@/lib/community/notifications/store";
import { createRetentionStore } from "@/lib/community/notifications/store.retention";
import { actor } from "@/tests/actors";
import type { databases, TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import { someJobs } from "@/tests/scheduler";

export const PAGE = { limit: 100 };
export const ALERT = { kind: "alert" as const, title: "Hot", body: "It is hot" };

/** Opens it for the tests of one `describe`. */
export function openNotifications(provider: (typeof databases)[number]) {
  let room: TestDatabase;
  const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
  const now = () => clock.at;
  const facts: [string, Record<string, unknown>][] = [];
  const errors: unknown[] = [];
  let serial = 0;
  const newId = (prefix: string) => `${prefix}_${(serial++).toString().padStart(6, "0")}`;
  const store = createNotificationStore();
  const queue = createQueueStore();
  const broadcasts = createBroadcastStore();
  const retention = createRetentionStore();
  /** The services of one process. */
  const made = (available = { fcm: true, email: true }) =>
    createNotificationService({
      watchersOf: async (bot, sender) => ((sender ?? bot.team_id) === null ? [] : [(sender ?? bot.team_id)!]),
      botTeam: async () => null,
      ...{
        store,
        queue,
        broadcasts,
        now,
        newId,
        available,
        wake: () => {},
        carryOn: () => {},
        onError: (error) => void errors.push(error),
      },
      emit: (name, fact) => void facts.push([name, fact as Record<string, unknown>]),
    });
  const service = made();

  async function people(...roles: string[]): Promise<void> {
    await room.run('DELETE FROM "user"');
    for (const [index, role] of roles.entries())
      await aStoredUser({ id: index + 1, role, is_active: role === "gone" ? 0 : 1 });
  }
  const device = (user_id: number, channel: "web_push" | "fcm" = "web_push", key = newId("key")) =>
    store.putDevice(
      {
        ...{
          id: newId("dev"),
          user_id,
          channel,
          platform: "web",
          name: "Browser",
          address_hash: key,
          address: "sealed",
        },
        created_at: now(),
      },
      3,
    );
  const deliveries = () =>
    room.all<{
      user_id: number;
      channel: string;
      status: string;
      error: string | null;
      attempts: number;
      due_at: number;
    }>("SELECT user_id, channel, status, error, attempts, due_at FROM delivery ORDER BY seq");
  const inbox = async (id: number, query = {}) =>
    listNotifications.response.parse(await service.list(actor(id), { ...PAGE, ...query })).notifications;
  /** A sender whose world answers as told. */
  const sender = (answer: (job: DeliveryJob) => Result | Promise<Result>) =>
    createSender({
      ...{ jobs: someJobs({ isStrict: true }), store: queue, now, random: () => 0.5 },
      send: async (job) => answer(job),
    });

  beforeAll(async () => {
    room = await openRoom(provider);
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    for (const table of ["notification", "notification_preference", "push_device", "delivery", "broadcast"])
      await room.run(`DELETE FROM ${table}`);
    facts.length = 0;
    errors.length = 0;
    await people("admin", "moderator", "user", "user", "gone");
  });

  return {
    database: () => room,
    clock,
    now,
    facts,
    errors,
    newId,
    store,
    queue,
    broadcasts,
    retention,
    made,
    service,
    people,
    device,
    deliveries,
    inbox,
    sender,
  };
}
