/** "That wasn't me": what a stranger set up from the account goes on acting after the lock, so it can be removed. */
import { expect, it } from "vitest";
import { Api } from "../api";
import { aUser, mailTo } from "../factories";
import { theServer } from "../the-server";

it("lists and removes webhooks, schedules and channels of the account, in its teams too", async () => {
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
  await owner.api.send("POST /api/schedules", { body: schedule });
  await owner.api.send("POST /api/alert-channels", { body: { kind: "webhook", name: "Pager", url, team_id } });
  // The colleague may remove this webhook, and the locked account may not.
  await colleague.api.send("POST /api/webhooks", { body: { ...hook, name: "Theirs", team_id } });

  await owner.api.send("POST /api/auth/email", { body: { email: `moved-${owner.email}` } });
  const mail = await mailTo(owner.email, (text) => text.includes("/not-me?token="));
  const token = decodeURIComponent(/not-me\?token=([^\s"<]+)/.exec(mail)![1]!);
  const api = new Api(theServer().url);
  const { json } = await api.send("POST /api/auth/not-me", { body: { token } });
  expect(json.remaining).toEqual([
    { kind: "alert_channel", id: expect.any(String), name: "Pager (8.8.8.8, Night shift)" },
    { kind: "webhook", id: expect.any(String), name: "Copy (8.8.8.8)" },
    { kind: "schedule", id: expect.any(String), name: "Nightly (Night shift)" },
  ]);

  const remove = (one: { kind: string; id: string }) =>
    api.send("POST /api/auth/not-me", {
      body: { token: json.removal_token, remove: { kind: one.kind, id: one.id } },
    });
  const theirs = (await colleague.api.send("GET /api/webhooks")).json.webhooks[0].webhook_id;
  expect((await remove({ kind: "webhook", id: theirs })).status).toBe(404);
  for (const [at, one] of json.remaining.entries()) {
    const { json: left } = await remove(one);
    expect(left.remaining).toHaveLength(2 - at);
  }
  expect((await remove(json.remaining[0])).status).toBe(404);
  expect((await colleague.api.send("GET /api/schedules", { query: { team_id: String(team_id) } })).json.count).toBe(0);
  const { json: channels } = await colleague.api.send("GET /api/alert-channels", {
    query: { team_id: String(team_id) },
  });
  expect(channels.channels).toEqual([]);
});
