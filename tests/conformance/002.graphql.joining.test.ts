/** GraphQL: bots that wait to be adopted, and dry runs of alert rules. */
import { expect, it } from "vitest";
import { registerBot } from "@/lib/fleet/bots/contract.joining";
import { Api, type Json } from "../api";
import { aBot, anApiKey, aUser, theAdmin, unique } from "../factories";
import { codeOf, data } from "../graphql";

async function aWaitingBot() {
  const { bot, claim_code } = await new Api().call(registerBot, {
    body: { bot_id: unique("wild-"), name: "Wild", metadata: { platform: "discord" } },
  });
  return { id: bot.id, code: claim_code! };
}

it("unclaimed bots are visible to admins and adopted by anybody with their code", async () => {
  const [user, moderator, admin] = [await aUser(), await aUser("moderator"), await theAdmin()];
  const list = "{ joinRequests { botId name claimCode origin requestedAt expiresAt joinedFrom metadata } }";
  const adopt =
    "mutation ($id: ID, $code: String) { adoptBot(botId: $id, claimCode: $code) { success bot { id owner { username } } } }";
  const refuse = "mutation ($id: ID!) { refuseBot(botId: $id) { success message } }";
  const waits = async (id: string) =>
    (await data(admin, list)).joinRequests.find(({ botId }: Json) => botId === id) as Json;

  const { id, code } = await aWaitingBot();
  expect(await waits(id)).toMatchObject({
    ...{ name: "Wild", claimCode: code, origin: "registered", joinedFrom: "127.0.0.1" },
    metadata: { platform: "discord" },
  });
  for (const who of [user, moderator]) {
    expect(await codeOf(who, list)).toEqual({ code: "FORBIDDEN" });
    expect(await codeOf(who, adopt, { id })).toEqual({ code: "FORBIDDEN" });
    expect(await codeOf(who, refuse, { id })).toEqual({ code: "FORBIDDEN" });
  }
  expect(await codeOf((await anApiKey(user, "read")).api, adopt, { code })).toEqual({ code: "FORBIDDEN" });
  for (const wrong of [{}, { id, code }])
    expect(await codeOf(user, adopt, wrong)).toEqual({ code: "INVALID_INPUT", field: "claimCode" });
  expect(await codeOf(user, adopt, { code: "AAAA-AAAA" })).toMatchObject({ code: "NOT_FOUND" });
  expect((await data(user, adopt, { code: code.toLowerCase() })).adoptBot).toEqual({
    ...{ success: true, bot: { id, owner: { username: user.username } } },
  });
  expect(await codeOf(user, adopt, { code })).toMatchObject({ code: "NOT_FOUND" });
  expect(await waits(id)).toBeUndefined();

  const [named, unwanted] = [await aWaitingBot(), await aWaitingBot()];
  expect((await data(admin, adopt, { id: named.id })).adoptBot.bot.id).toBe(named.id);
  expect((await data(admin, refuse, { id: unwanted.id })).refuseBot).toEqual({ success: true, message: "Bot refused" });
  expect(await codeOf(admin, refuse, { id: unwanted.id })).toEqual({ code: "NOT_FOUND" });
});

it("a rule can be tested on the last 24 hours before it is created", async () => {
  const user = await aUser();
  const bot = await aBot(user);
  for (let n = 0; n < 3; n++)
    await bot.api.send("POST /api/bot/{bot_id}/logs", {
      params: { bot_id: bot.id },
      body: { type: "error", message: "no connection" },
    });
  const query =
    "query ($rule: AlertRuleInput!) { dryRunAlertRule(rule: $rule) { complete from to total firings { at until count labels } } }";
  const rule = { name: "Errors", metric: "error_logs", threshold: 2 };
  const { dryRunAlertRule: run } = await data(user, query, { rule });
  expect(run).toMatchObject({ complete: true, total: 1, firings: [{ labels: ["Greeter"] }] });
  expect(Date.parse(run.to) - Date.parse(run.from)).toBeLessThanOrEqual(86_400_000);
  expect((await data(user, "{ alertRules { ruleId } }")).alertRules).toEqual([]);
  expect(await codeOf(user, query, { rule: { ...rule, windowS: -1 } })).toEqual({
    ...{ code: "INVALID_INPUT", field: "windowS" },
  });
  expect(await codeOf(user, query, { rule: { ...rule, scope: "all" } })).toMatchObject({ code: "FORBIDDEN" });
  const foreign = { ...rule, scope: "selected", botIds: [(await aBot(await aUser())).id] };
  expect(await codeOf(user, query, { rule: foreign })).toMatchObject({ code: "NOT_FOUND" });
});
