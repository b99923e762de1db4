/** A server of its own with a service account, and stand-ins for FCM and a push service that check every signature. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { Json } from "./api";
import { databases, type TestDatabase } from "./db/databases";
import { eventually } from "./eventually";
import { aUser, type TestUser, theAdmin } from "./factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";
import { closeSockets } from "./sockets";
import { startFcm } from "./standins/fcm";
import { type PushService, startPushService } from "./standins/push";

type Running = {
  database: TestDatabase;
  push: PushService;
  google: Awaited<ReturnType<typeof startFcm>>;
  server: ServerProcess;
  admin: TestUser;
};

/** Starts them for the tests of a file. The fields of `on` are there once the tests run. */
export function notificationServer() {
  const on = {} as Running;
  const folder = temporaryFolder();
  const start = () =>
    startServer({
      DATA_DIR: join(folder, "data"),
      DATABASE_URL: on.database.url,
      OUTBOUND_ALLOW_CIDRS: "127.0.0.0/8",
      FCM_SERVICE_ACCOUNT: join(folder, "key.json"),
      FCM_BASE_URL: on.google.url,
      BOT_OFFLINE_AFTER_S: "3600",
    });

  beforeAll(async () => {
    [on.database, on.push, on.google] = await Promise.all([databases.at(-1)!.open(), startPushService(), startFcm()]);
    writeFileSync(join(folder, "key.json"), JSON.stringify(on.google.account));
    on.server = await start();
    on.admin = await theAdmin(on.server.url);
  });
  afterEach(closeSockets);
  afterAll(async () => {
    await on.server.stop();
    await Promise.all([on.push.close(), on.google.close(), on.database.close()]);
    removeFolder(folder);
  });

  const someone = () => aUser("user", on.server.url);
  /** Waits until a broadcast has reached everybody; people who register meanwhile would get it too. */
  async function broadcast(body: Json) {
    const answer = await on.admin.api.send("POST /api/admin/broadcast", { body });
    await eventually(
      async () => (await on.admin.api.send("GET /api/admin/broadcasts", { query: { limit: 1 } })).json.broadcasts[0],
      ({ finished_at }) => finished_at !== null,
    );
    return answer;
  }
  const inbox = async (user: TestUser, query = {}): Promise<Json> =>
    (await user.api.send("GET /api/notifications", { query })).json;
  /** A browser of the person that gets pushes, which the stand-in answers with `answers`. */
  async function subscribed(user: TestUser, ...answers: Parameters<PushService["subscribe"]>[1] & object) {
    const { json } = await user.api.send("GET /api/notifications/vapid-key");
    const browser = on.push.subscribe(json.public_key, answers);
    const reply = await user.api.send("POST /api/notifications/subscribe", {
      body: { ...browser.json, name: "Tests" },
    });
    return { ...browser, reply, device_id: reply.json.device.device_id as string };
  }
  const devices = async (user: TestUser): Promise<Json[]> =>
    (await user.api.send("GET /api/notifications/devices")).json.devices;

  return { on, start, someone, broadcast, inbox, subscribed, devices };
}
