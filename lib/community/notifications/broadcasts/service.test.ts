/** Broadcasts, on the real stores. */

import { describe, expect, it } from "vitest";
import { listBroadcasts, previewBroadcast, sendBroadcast } from "@/lib/community/notifications/contract";
import { actor } from "@/tests/actors";
import { databases } from "@/tests/db/databases";
import { openNotifications } from "@/tests/notifications";

describe.each(databases)("$provider", (provider) => {
  const { database, clock, newId, broadcasts, made, service, people, device, deliveries } = openNotifications(provider);

  describe("broadcasts", () => {
    const body = { title: "Hear, hear", message: "The server moves", priority: "normal" as const };
    const countNotified = async () =>
      (
        await database().all<{ n: number; people: number }>(
          "SELECT count(*) AS n, count(DISTINCT user_id) AS people FROM notification WHERE kind = 'broadcast'",
        )
      )[0];

    it("reach everybody by every channel; low sends no mail", async () => {
      await device(3);
      await device(4, "fcm");
      const reply = sendBroadcast.response.parse(await service.broadcast(actor(1, "admin"), body));
      expect(reply).toMatchObject({ success: true, recipients: 4, message: "Broadcast sent to 4 users" });
      await service.advance();
      expect(await countNotified()).toEqual({ n: 4, people: 4 });
      expect((await deliveries()).map((one) => one.channel).sort()).toEqual([
        ...["email", "email", "email", "email", "fcm", "web_push"],
      ]);
      await database().run("DELETE FROM delivery");
      await service.broadcast(actor(1, "admin"), { ...body, priority: "low" });
      await service.advance();
      expect((await deliveries()).map((one) => one.channel).sort()).toEqual(["fcm", "web_push"]);
      const list = listBroadcasts.response.parse(await service.broadcasts(actor(1, "admin"), { limit: 1 }));
      expect(list.broadcasts).toMatchObject([{ ...body, priority: "low", reached: 4, recipients: 4, created_by: 1 }]);
    });

    it("tell nobody twice, whoever carries them on and wherever it stopped", async () => {
      await people("admin", ...Array<string>(700).fill("user"));
      await broadcasts.add({
        ...{ id: "bc_1", ...body, created_by: 1, created_at: clock.at, recipients: 701 },
      });
      const how = {
        at: clock.at,
        plan: () => ({ in_app: true, email: false, device: () => false }),
        newId: () => newId("ntf"),
      };
      const noteOf = () => ({ ...body, body: body.message, kind: "broadcast" as const, url: null, group: null });
      // One process does a step and dies; then two go on at once.
      expect(await broadcasts.advance(200, noteOf, how)).toHaveLength(200);
      await Promise.all([service.advance(), made().advance()]);
      expect(await countNotified()).toEqual({ n: 701, people: 701 });
      const [row] = await database().all<{ reached: number; finished_at: number | null }>(
        "SELECT reached, finished_at FROM broadcast",
      );
      expect([row!.reached, row!.finished_at !== null]).toEqual([701, true]);
    });

    it("are an admin's to send and to look at", async () => {
      for (const role of ["user", "moderator"] as const) {
        await expect(service.broadcast(actor(2, role), body)).rejects.toMatchObject({ code: "FORBIDDEN" });
        await expect(service.preview(actor(2, role))).rejects.toMatchObject({ code: "FORBIDDEN" });
        await expect(service.broadcasts(actor(2, role), { limit: 1 })).rejects.toMatchObject({ code: "FORBIDDEN" });
      }
      await device(3);
      expect(previewBroadcast.response.parse(await service.preview(actor(1, "admin")))).toEqual({
        ...{ recipients: 4, devices: { web_push: 1, fcm: 0 }, email: true, fcm: true },
      });
    });
  });
});
