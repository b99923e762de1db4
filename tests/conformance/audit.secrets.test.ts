/** Secrets that people send and receive are in no record, export or line of the server's log. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Api, Json } from "../api";
import { anApiKey, aUser, signIn } from "../factories";
import { ADMIN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";

const folder = temporaryFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServer({ DATA_DIR: folder, LOG_LEVEL: "debug" });
});
afterAll(async () => {
  await server?.stop();
  removeFolder(folder);
});

const secrets = new Map<string, string>();
/** A new secret, noted under the place where it is sent. */
function secret(place: string): string {
  const text = randomBytes(24).toString("base64url");
  secrets.set(text, place);
  return text;
}
/** Notes what an answer reveals: whole tokens, and the tokens of links. */
function revealed(place: string, ...texts: (string | null | undefined)[]): void {
  for (const text of texts) {
    expect([place, text]).toEqual([place, expect.any(String)]);
    secrets.set(text!.replace(/^.*token=/, ""), place);
  }
}

it("are in no record, export or log line", async () => {
  const admin = await signIn(ADMIN.username, ADMIN.password, server.url);
  const owner = await aUser("user", server.url);
  const send = async (api: Api, line: string, body: unknown, params: Record<string, string> = {}): Promise<Json> => {
    const { status, json, text } = await api.send(line, { body, params });
    expect([line, status, text]).toEqual([line, 200, expect.any(String)]);
    return json;
  };

  const made = await send(owner.api, "POST /api/my-bots", {
    name: `Greeter mb_${secret("name of a bot")}${"x".repeat(20)}`,
    metadata: {
      apiKey: secret("metadata"),
      hook: `https://discord.com/api/webhooks/1/${secret("webhook in metadata")}`,
    },
  });
  revealed("createBot", made.token);
  const bot = { bot_id: made.bot_id as string };
  const settings = { bot_token: secret("settings"), deep: [{ client_secret: secret("deep settings") }] };
  await send(owner.api, "PUT /api/bot/{bot_id}/settings", settings, bot);
  await send(owner.api, "PUT /api/bot/{bot_id}/settings", { smtp_password: secret("replaced settings") }, bot);
  await send(owner.api, "POST /api/commands", { ...bot, type: "login", payload: { password: secret("payload") } });
  revealed("regenerateBotToken", (await send(owner.api, "POST /api/my-bots/{bot_id}/regenerate-token", {}, bot)).token);
  revealed("createApiKey", (await anApiKey(owner, "operate")).secret);

  const url = `https://hooks.example.org/${secret("path of a channel")}?key=${secret("query of a channel")}`;
  const channel = await send(owner.api, "POST /api/alert-channels", { kind: "webhook", name: "Pager", url });
  revealed("createAlertChannel", channel.secret);
  const stream = { url: `https://siem.example.org/${secret("path of a stream")}`, enabled: false };
  const put = await send(admin.api, "PUT /api/audit/streams/{kind}", stream, { kind: "webhook" });
  revealed("putAuditStream", put.secret);

  const invited = await send(admin.api, "POST /api/invitations", { role: "user", delivery: "link" });
  revealed("createInvitation", invited.link);
  const reset = await send(
    admin.api,
    "POST /api/users/{user_id}/reset-link",
    { delivery: "link" },
    { user_id: String(owner.id) },
  );
  revealed("createResetLink", reset.link);
  await owner.api.send("POST /api/auth/login", {
    body: { username: owner.username, password: secret("wrong password") },
  });
  await owner.api.send("POST /api/auth/change-password", {
    body: { old_password: secret("old password"), new_password: secret("new password") },
  });
  await owner.api.send("POST /api/auth/reset-password", {
    body: { token: secret("reset token"), new_password: secret("another password") },
  });
  await owner.api.send("POST /api/notifications/register-token", {
    body: { fcm_token: secret("push token"), platform: "android" },
  });
  await owner.api.send("POST /api/download", {
    body: { url: `https://u:${secret("download")}@files.example.org/a.zip` },
  });
  await owner.api.send("POST /graphql", {
    body: { query: `mutation { createBot(name: "x", metadata: { token: "${secret("graphql")}" }) { success } }` },
  });

  for (const format of ["ndjson", "csv"]) {
    const { text } = await admin.api.send("GET /api/export/audit", { query: { format, limit: 10_000 } });
    expect(text).toContain("createApiKey");
    expect([...secrets].filter(([one]) => text.includes(one)).map(([, place]) => [format, place])).toEqual([]);
  }
  const logged = server.log();
  expect([...secrets].filter(([one]) => logged.includes(one)).map(([, place]) => place)).toEqual([]);
});
