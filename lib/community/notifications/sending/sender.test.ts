/** Devices and the queue of what is sent to them, on the real stores. */

import { beforeEach, describe, expect, it } from "vitest";
import type { Result } from "@/lib/community/notifications/push/transport";
import { actor } from "@/tests/actors";
import { databases } from "@/tests/db/databases";
import { ALERT, openNotifications } from "@/tests/notifications";
import type { DeliveryJob } from "./store";

describe.each(databases)("$provider", (provider) => {
  const { database, clock, store, queue, service, device, deliveries, sender } = openNotifications(provider);

  describe("devices", () => {
    it("belong to who sent the address last; what waited for the other is not shown to them", async () => {
      await device(3, "web_push", "same");
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
      await device(4, "web_push", "same");
      expect([(await store.devices(3)).length, (await store.devices(4)).length]).toEqual([0, 1]);
      expect(await deliveries()).toEqual([]);
    });

    it("are a few: the oldest makes room, and a known one none", async () => {
      for (let n = 0; n < 4; n++) {
        clock.at++;
        await device(3, "web_push", `k${n}`);
      }
      expect((await store.devices(3)).map((one) => one.fingerprint)).toEqual(["k3", "k2", "k1"]);
      await device(3, "web_push", "k1");
      expect(await store.devices(3)).toHaveLength(3);
    });
  });

  describe("the sender", () => {
    beforeEach(async () => {
      await device(3);
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
    });

    it("notes what was sent, on the delivery and on the device", async () => {
      await sender(() => ({ state: "sent", detail: "201" })).settled();
      expect(await deliveries()).toMatchObject([{ status: "sent", attempts: 1, error: null }]);
      expect(await store.devices(3)).toMatchObject([{ last_status: "sent", last_error: null }]);
    });

    it("tries again later and later, or when the service says, and in the end gives up", async () => {
      const waits: number[] = [];
      const trying = sender(() => ({
        state: "retry",
        detail: "503",
        afterMs: waits.length === 0 ? 30_000 : undefined,
      }));
      for (let n = 0; n < 8; n++) {
        await trying.settled();
        const [row] = await deliveries();
        waits.push(Number(row!.due_at) - clock.at);
        clock.at = Number(row!.due_at);
      }
      expect(waits).toEqual([30_000, 8_000, 32_000, 128_000, 512_000, 2_048_000, 3_600_000, 0]);
      expect(await deliveries()).toMatchObject([{ status: "failed", attempts: 8, error: "503" }]);
    });

    it("drops a device that is gone, with what waits for it", async () => {
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
      await sender(() => ({ state: "gone", detail: "410" })).settled();
      expect(await store.devices(3)).toEqual([]);
      expect((await deliveries()).map((one) => one.status)).toEqual(["dropped", "dropped"]);
    });

    it("does not send what was read meanwhile", async () => {
      await service.markRead(actor(3), null);
      const asked: number[] = [];
      await sender((job) => {
        asked.push(job.seq);
        return { state: "sent", detail: "" };
      }).settled();
      expect(asked).toEqual([]);
      expect(await deliveries()).toMatchObject([{ status: "dropped", error: "read meanwhile" }]);
    });

    it("shares the work with other processes: each message goes out once", async () => {
      for (let n = 0; n < 60; n++) await service.notify({ ...ALERT, title: `n${n}`, to: { user_ids: [3] } });
      const sent: number[] = [];
      const answer = async (job: DeliveryJob): Promise<Result> => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        sent.push(job.seq);
        return { state: "sent", detail: "" };
      };
      await Promise.all([sender(answer).settled(), sender(answer).settled(), sender(answer).settled()]);
      expect([sent.length, new Set(sent).size]).toEqual([61, 61]);
    });

    it("sends what is meant for one person before an announcement that waited longer", async () => {
      await database().run("DELETE FROM delivery");
      await service.notify({ kind: "broadcast", title: "To all", body: "x", to: { user_ids: [3, 4] } });
      clock.at += 1000;
      await service.notify({ kind: "security", title: "A key was made", body: "x", to: { user_ids: [4] } });
      const titles: string[] = [];
      for (let jobs: DeliveryJob[]; ; ) {
        jobs = await queue.lease("email", 1, clock.at, clock.at + 90_000);
        if (jobs.length === 0) break;
        titles.push((JSON.parse(jobs[0]!.payload) as { title: string }).title);
      }
      expect(titles.indexOf("To all")).toBeGreaterThan(titles.lastIndexOf("A key was made"));
      expect(new Set(titles)).toEqual(new Set(["To all", "A key was made"]));
    });

    it("mails while push services do not answer", async () => {
      for (let n = 0; n < 40; n++) await service.notify({ ...ALERT, title: `n${n}`, to: { user_ids: [3] } });
      await service.notify({ kind: "security", title: "A key was made", body: "x", to: { user_ids: [4] } });
      let free = () => {};
      const answered = new Promise<void>((resolve) => {
        free = resolve;
      });
      let mailed = () => {};
      const mail = new Promise<void>((resolve) => {
        mailed = resolve;
      });
      const slow = sender(async (job) => {
        if (job.channel === "email") mailed();
        else await answered;
        return { state: "sent", detail: "" };
      });
      const all = slow.settled();
      await mail;
      free();
      await all;
      expect((await deliveries()).filter(({ status }) => status !== "sent")).toEqual([]);
    });

    it("goes on where a process died: a lease ends by time, and its late word does not count", async () => {
      const [lost] = await queue.lease("web_push", 10, clock.at, clock.at + 90_000);
      const other = sender(() => ({ state: "sent", detail: "" }));
      await other.settled();
      expect(await deliveries()).toMatchObject([{ status: "queued", attempts: 1 }]);
      clock.at += 90_000;
      await other.settled();
      expect(await deliveries()).toMatchObject([{ status: "sent", attempts: 2 }]);
      await queue.settle(lost!, { status: "failed", error: "late", due_at: clock.at }, clock.at);
      expect(await deliveries()).toMatchObject([{ status: "sent", attempts: 2, error: null }]);
    });
  });
});
