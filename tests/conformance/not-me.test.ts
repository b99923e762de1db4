/** "That wasn't me": what a stranger set up from the account goes on acting after the lock, so it can be removed. */
import { expect, it } from "vitest";
import { Api } from "../api";
import { aBot, aUser, mailTo } from "../factories";
import { theServer } from "../the-server";

/** Opens the link "That wasn't me" of the notice that a change of address mails. */
async function lock(owner: Awaited<ReturnType<typeof aUser>>) {
  await owner.api.send("POST /api/auth/email", { body: { email: `moved-${owner.email}` } });
  const mail = await mailTo(owner.email, (text) => text.includes("/not-me?token="));
  const token = decodeURIComponent(/not-me\?token=([^\s"<]+)/.exec(mail)![1]!);
  const api = new Api(theServer().url);
  return { api, json: (await api.send("POST /api/auth/not-me", { body: { token } })).json };
}

it("lists and removes the webhooks, schedules, windows, status pages and channels that the account created", async () => {
  const [owner, colleague] = [await aUser(), await aUser()];
  const { id: team_id } = (await owner.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team;
  await owner.api.send("POST /api/teams/{team_id}/members", {
    params: { team_id: String(team_id) },
    body: { user_id: colleague.id, role: "maintainer" },
  });
  const url = "https://8.8.8.8/secret";
  const schedule = { name: "Nightly", every_minutes: 60, time_zone: "UTC", filter: {}, type: "restart", team_id };
  const hook = { name: "Copy", kinds: ["bot.status_changed"], url };
  await owner.api.send("POST /api/webhooks", { body: hook });
  const { id: bot_id } = await aBot(owner);
  const action = { kind: "command", bot_id, type: "deploy" };
  await owner.api.send("POST /api/incoming-webhooks", { body: { name: "Deploys", action } });
  await owner.api.send("POST /api/schedules", { body: schedule });
  await owner.api.send("POST /api/maintenance-windows", {
    body: { name: "Silence", cron: "0 3 * * *", duration_minutes: 60, team_id },
  });
  await owner.api.send("POST /api/status-pages", { body: { title: "Bots", slug: "bots", team_id } });
  await owner.api.send("POST /api/alert-channels", { body: { kind: "webhook", name: "Pager", url, team_id } });
  // The colleague may remove this webhook, and the locked account may not.
  await colleague.api.send("POST /api/webhooks", { body: { ...hook, name: "Theirs", team_id } });

  const { api, json } = await lock(owner);
  expect(json.remaining).toEqual([
    { kind: "maintenance_window", id: expect.any(String), name: "Silence (Night shift)" },
    { kind: "alert_channel", id: expect.any(String), name: "Pager (8.8.8.8, Night shift)" },
    { kind: "webhook", id: expect.any(String), name: "Copy (8.8.8.8)" },
    { kind: "incoming_webhook", id: expect.any(String), name: "Deploys" },
    { kind: "schedule", id: expect.any(String), name: "Nightly (Night shift)" },
    { kind: "status_page", id: expect.any(String), name: "Bots (Night shift)" },
  ]);

  const remove = (one: { kind: string; id: string }) =>
    api.send("POST /api/auth/not-me", {
      body: { token: json.removal_token, remove: { kind: one.kind, id: one.id } },
    });
  const theirs = (await colleague.api.send("GET /api/webhooks")).json.webhooks[0].webhook_id;
  expect((await remove({ kind: "webhook", id: theirs })).status).toBe(404);
  for (const [at, one] of json.remaining.entries()) {
    const { json: left } = await remove(one);
    expect(left.remaining).toHaveLength(5 - at);
  }
  expect((await remove(json.remaining[0])).status).toBe(404);
  expect((await colleague.api.send("GET /api/schedules", { query: { team_id: String(team_id) } })).json.count).toBe(0);
  const { json: channels } = await colleague.api.send("GET /api/alert-channels", {
    query: { team_id: String(team_id) },
  });
  expect(channels.channels).toEqual([]);
});

it("lists and removes shared bots and tags, open invitations and devices, and takes their access away at once", async () => {
  const [owner, guest] = [await aUser(), await aUser()];
  const { id: bot_id } = await aBot(owner);
  await owner.api.send("PUT /api/my-bots/{bot_id}/tags", { params: { bot_id }, body: { tags: ["night"] } });
  const { id: team_id } = (await owner.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team;
  const to = { username: guest.username, role: "viewer" };
  await owner.api.send("POST /api/my-bots/{bot_id}/grants", { params: { bot_id }, body: to });
  await owner.api.send("POST /api/teams/{team_id}/tag-grants", {
    ...{ params: { team_id: String(owner.id) }, body: { ...to, tag: "night" } },
  });
  const { json: invited } = await owner.api.send("POST /api/teams/{team_id}/invitations", {
    ...{ params: { team_id: String(team_id) }, body: { role: "owner" } },
  });
  await owner.api.send("POST /api/notifications/register-token", { body: { fcm_token: "a".repeat(64) } });
  // The guest's own share and invitation are not the locked account's to remove.
  const theirs = await aBot(guest);
  const { json: kept } = await guest.api.send("POST /api/my-bots/{bot_id}/grants", {
    ...{ params: { bot_id: theirs.id }, body: { username: owner.username, role: "viewer" } },
  });

  const { api, json } = await lock(owner);
  expect(json.remaining).toEqual([
    { kind: "bot_grant", id: expect.any(String), name: `${bot_id} (viewer: ${guest.username})` },
    { kind: "tag_grant", id: expect.any(String), name: `night (viewer: ${guest.username})` },
    { kind: "invitation", id: expect.any(String), name: "Link for anyone (Night shift, owner)" },
    { kind: "push_device", id: expect.any(String), name: expect.any(String) },
  ]);
  const remove = (one: { kind: string; id: string }) =>
    api.send("POST /api/auth/not-me", { body: { token: json.removal_token, remove: { kind: one.kind, id: one.id } } });
  expect((await remove({ kind: "bot_grant", id: kept.grant.id })).status).toBe(404);
  const sees = async () => (await guest.api.send("GET /api/bot/{bot_id}/status", { params: { bot_id } })).status;
  const link = { body: { token: new URL(invited.link).searchParams.get("token")! } };
  const [seen, open] = [[] as number[], [] as number[]];
  for (const one of json.remaining) {
    await remove(one);
    seen.push(await sees());
    open.push((await guest.api.send("POST /api/auth/invitations/look-up", link)).status);
  }
  expect(seen).toEqual([200, 404, 404, 404]);
  expect(open).toEqual([200, 200, 400, 400]);
  expect((await remove(json.remaining[3])).status).toBe(404);
});
