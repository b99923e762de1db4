/** An alert that comes and goes: what channels and the inbox hear of it. */
import { describe, expect, it } from "vitest";
import { createWatchStore } from "@/lib/operations/alerts/engine/store";
import { admin, MINUTE, watchedAlerts } from "@/tests/alerts";
import { databases } from "@/tests/db/databases";

describe.each(databases)("$provider", (database) => {
  const { state, engine, engineOf, room, clock, now, notified, rules, service, rule, later, alerts, channel, events } =
    watchedAlerts(database);

  describe("what flaps", () => {
    const round = async (between?: () => Promise<void>) => {
      state.readings = { a: 12 };
      await later(10_000);
      await between?.();
      state.readings = {};
      await later(10_000);
      await between?.();
    };
    /** As if the sender had sent what is queued by now. */
    const sendAll = () => room().run("UPDATE alert_delivery SET status = 'sent', attempts = 1 WHERE status = 'queued'");
    const titles = () => notified.map(({ title }) => title.replace(/:.*/, ""));
    const sent = async () => (await events("sent")).map((line) => line.replace("hook ", ""));

    it("is one alert, said to be flapping once, and told to be over when it has been for some minutes", async () => {
      await channel("hook");
      await rule();
      for (let time = 0; time < 6; time++) await round(sendAll);
      expect(await alerts()).toMatchObject([{ count: 6, members: 1, state: "resolved" }]);
      const rounds = ["raised", "resolved", "again", "resolved", "again", "resolved", "flapping"];
      expect(await sent()).toEqual(rounds);
      expect(titles().at(-1)).toBe("▲ Medium alert is flapping");
      await later(4 * MINUTE);
      expect(await events()).toEqual([]);
      await later(MINUTE);
      expect(await events()).toEqual(["hook resolved"]);
      expect(titles().at(-1)).toBe("✓ Resolved");
      const counted = notified.length;
      await later(60 * MINUTE);
      expect(notified).toHaveLength(counted);
      state.readings = { a: 12 };
      await later(5_000);
      expect(await alerts()).toHaveLength(2);
    });

    it("does not end on a lie: what flaps and dies is told to fire, also after a restart", async () => {
      await channel("hook");
      await rule();
      for (let time = 0; time < 6; time++) {
        await round();
        await sendAll();
      }
      state.readings = { a: 12 };
      await later(2 * MINUTE);
      await engine.current.stop();
      engine.current = engineOf();
      await later(4 * MINUTE);
      expect(await alerts()).toMatchObject([{ state: "firing", count: 7 }]);
      expect(await events()).toEqual(["hook again"]);
      expect(titles().at(-1)).toBe("▲ Again, medium alert");
      const { events: history } = await service.get(admin, (await alerts())[0]!.alert_id);
      expect(history[0]).toMatchObject({ kind: "calmed", detail: "firing" });
      await sendAll();
      state.readings = {};
      await later(10_000);
      expect(await events()).toEqual(["hook resolved"]);
    });

    it("is told once by several processes", async () => {
      const made = await rule();
      for (let time = 0; time < 4; time++) await round();
      await engine.current.stop();
      clock.at += 6 * MINUTE;
      const all = new Map([[made.rule_id, (await rules.enabled())[0]!]]);
      const watch = createWatchStore();
      const changes = (await Promise.all([1, 2, 3].map(() => watch.due(now(), all)))).flat();
      expect(changes).toMatchObject([{ kind: "calmed", event: "resolved" }]);
    });

    it("is still told to escalate", async () => {
      await channel("hook");
      await rule({ escalate_after_m: 1 });
      for (let time = 0; time < 5; time++) await round();
      state.readings = { a: 12 };
      await later(70_000);
      expect((await events()).at(-1)).toBe("hook escalated");
      expect(titles().at(-1)).toBe("◆ Escalated, high alert");
      // The last announcement is still true, so no further one is due.
      const counted = notified.length;
      await later(20_000);
      state.readings = {};
      await later(6 * MINUTE);
      expect(titles().slice(counted)).toEqual(["✓ Resolved"]);
    });

    it("is told at once when a person resolves it", async () => {
      await channel("hook");
      await rule();
      for (let time = 0; time < 5; time++) {
        await round();
        await sendAll();
      }
      state.readings = { a: 12 };
      await later(10_000);
      await service.act(admin, (await alerts())[0]!.alert_id, { state: "resolved" });
      expect(await events()).toEqual(["hook resolved"]);
      await later(20 * MINUTE);
      expect(await events()).toEqual(["hook resolved"]);
    });

    it("waits with the word for a snooze to end", async () => {
      await channel("hook");
      await rule();
      for (let time = 0; time < 4; time++) await round();
      state.readings = { a: 12 };
      await later(10_000);
      await service.act(admin, (await alerts())[0]!.alert_id, { state: "snoozed", minutes: 30 });
      await sendAll();
      await later(29 * MINUTE);
      expect(await events()).toEqual([]);
      await later(2 * MINUTE);
      expect(await events()).toEqual(["hook again"]);
    });
  });
});
