/** Rules that count log lines, in two processes: each line counts once, whichever process stored it and whichever reads. */
import { expect, it } from "vitest";
import { getAlert, listAlerts } from "@/lib/operations/alerts/contract";
import { createAlertRule } from "@/lib/operations/alerts/rules/contract";
import { eventually } from "./eventually";
import { aBot } from "./factories";
import type { ServerProcess } from "./process";
import { a, admin, at, b, replaceA, running } from "./two-processes";

const RULE = { name: "Lost", metric: "log_match", query: "gateway lost", window_s: 3600 } as const;

it("counts each line once, also after the process that stored it was killed", async () => {
  const bot = await aBot(admin, { name: "Herald" });
  const post = (server: ServerProcess, times: number) =>
    at(server, bot).send("POST /api/bot/{bot_id}/logs", {
      params: { bot_id: bot.id },
      body: Array.from({ length: times }, () => ({ type: "error", message: "Gateway lost" })),
    });
  const rule = async (threshold: number) =>
    (await at(b, admin).call(createAlertRule, { body: { ...RULE, name: `${threshold} lines`, threshold } })).rule
      .rule_id;
  const alertsOf = async (rule_id: string) => (await at(b, admin).call(listAlerts, { query: { rule_id } })).alerts;
  const alertOf = (rule_id: string, count: number) =>
    eventually(async () => {
      const [alert] = await alertsOf(rule_id);
      expect(alert?.message).toContain(`${count} lines match gateway lost within`);
      return alert!;
    });

  await post(a, 2);
  const [seven, eight] = [await rule(7), await rule(8)];
  await Promise.all([post(a, 2), post(b, 3)]);
  const alert = await alertOf(seven, 7);
  // A line that counted twice would have fired this one.
  expect(await alertsOf(eight)).toEqual([]);

  running.delete(a);
  await a.kill();
  await post(b, 1);
  await alertOf(eight, 8);
  await replaceA();
  await post(a, 1);
  const nine = await rule(9);
  await alertOf(nine, 9);
  const { alert: kept } = await at(b, admin).call(getAlert, { params: { alert_id: alert.alert_id } });
  expect(kept).toMatchObject({ state: "firing", count: 1 });
});
