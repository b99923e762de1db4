/** Alerts after a killed server: counts continue, and a firing alert is not resolved by mistake. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAlertChannel, listAlertDeliveries } from "@/lib/operations/alerts/channels/contract";
import { type Alert, getAlert, listAlerts } from "@/lib/operations/alerts/contract";
import { createAlertRule, updateAlertRule } from "@/lib/operations/alerts/rules/contract";
import { databases, type TestDatabase } from "../db/databases";
import { eventually } from "../eventually";
import { aBot, signIn, type TestBot, type TestUser } from "../factories";
import { ADMIN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";

let folder: string;
let database: TestDatabase;
let server: ServerProcess;
let person: TestUser;
const begin = async () => {
  server = await startServer({ DATA_DIR: join(folder, "data"), DATABASE_URL: database.url });
  person = await signIn(ADMIN.username, ADMIN.password, server.url);
};

beforeAll(async () => {
  folder = temporaryFolder();
  database = await databases.at(-1)!.open();
  await begin();
});
afterAll(async () => {
  await server?.stop();
  await database?.close();
  removeFolder(folder);
});

it("counts readings from before and after a kill together, and keeps firing alerts", async () => {
  const body = { name: "Errors", metric: "error_logs", threshold: 3, window_s: 3600 } as const;
  await person.api.call(createAlertRule, { body });
  const [ill, shaky] = [await aBot(person, { name: "Ill" }), await aBot(person, { name: "Shaky" })];
  const logs = async (bot: TestBot, times: number) => {
    const error = { type: "error", message: "It broke" };
    const sent = { params: { bot_id: bot.id }, body: Array.from({ length: times }, () => error) };
    expect((await bot.api.send("POST /api/bot/{bot_id}/logs", sent)).status).toBe(200);
  };
  const about = (bot: TestBot): Promise<Alert> =>
    eventually(async () => {
      const { alerts } = await person.api.call(listAlerts, { query: { bot_id: bot.id } });
      expect(alerts).toHaveLength(1);
      return alerts[0]!;
    });
  await logs(ill, 3);
  await logs(shaky, 2);
  const alert = await about(ill);

  await server.kill();
  await begin();
  shaky.api = person.api.bearer(shaky.token);
  // The third failure of Shaky; the first two were before the kill.
  await logs(shaky, 1);
  await about(shaky);
  const after = await person.api.call(getAlert, { params: { alert_id: alert.alert_id } });
  expect(after.alert).toMatchObject({ state: "firing", count: 1 });
  expect(after.members.find((one) => one.bot_id === ill.id)).toMatchObject({ resolved_at: null });
});

it("reports the final state of a flapping alert and its raised severity after the server was killed", async () => {
  const bot = await aBot(person, { name: "Flapping" });
  const hook = { kind: "webhook", name: "Nobody listens", url: "http://192.0.2.1/" } as const;
  const { channel } = await person.api.call(createAlertChannel, { body: hook });
  const body = { name: "One error", metric: "error_logs", threshold: 1, window_s: 3600, bot_ids: [bot.id] } as const;
  const scope = { scope: "selected", channels: [channel.channel_id], severity: "medium" } as const;
  const made = await person.api.call(createAlertRule, { body: { ...body, ...scope } });
  await bot.api.send("POST /api/bot/{bot_id}/logs", {
    params: { bot_id: bot.id },
    body: { type: "error", message: "It broke" },
  });
  const events = async () => {
    const { channel_id } = channel;
    const params = { channel_id };
    return (await person.api.call(listAlertDeliveries, { params })).deliveries.map((one) => one.event);
  };
  await eventually(async () => expect(await events()).toEqual(["raised"]));

  await server.kill();
  // Simulate six rounds that ended with "resolved", the last one minutes ago.
  await database.run(
    `UPDATE alert SET flaps = 6, announced = 'resolved', announce_at = 1 WHERE rule_id = '${made.rule.rule_id}'`,
  );
  await begin();
  await eventually(async () => expect(await events()).toEqual(["again", "raised"]));
  await person.api.call(updateAlertRule, {
    params: { rule_id: made.rule.rule_id },
    body: { ...body, ...scope, severity: "critical" },
  });
  await eventually(async () => expect((await events())[0]).toBe("escalated"));
});
