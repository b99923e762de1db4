/**
 * The authorisation matrix: every operation the server has × every kind of caller, against a target the owner owns.
 * An operation missing from the table fails, and so does a row of the table that is not served.
 */
import { beforeAll, expect, it } from "vitest";
import { Api, errorOf } from "../api";
import { aBot, anApiKey, anUnclaimedBot, aUser, signIn, type TestUser, theAdmin } from "../factories";
import { MATRIX } from "./access";
import { aTarget, paramsOf, REQUIRED_QUERY, servedOperations, type Target, VALID_BODY } from "./operations";

const served = await servedOperations();
const anonymous = new Api();
let owner: TestUser;
let callers: Record<string, Api>;
/** A target of calls that change nothing, because they are refused. */
let untouched: Target;
const ended: Record<string, Api> = {};

beforeAll(async () => {
  owner = await aUser();
  untouched = await aTarget(owner, "bot");
  const [stranger, moderator, admin] = await Promise.all([aUser(), aUser("moderator"), theAdmin()]);
  // Files that ran before on this server opened tickets as the same admin, and an account may have only a few.
  for (const { ticket_id } of (await admin.api.send("GET /api/tickets/my", { query: { status: "active" } })).json
    .tickets)
    await admin.api.send("POST /api/tickets/{ticket_id}/close", { params: { ticket_id } });
  const revoked = await anApiKey(owner, "operate");
  await owner.api.send("DELETE /api/auth/api-keys/{key_id}", { params: { key_id: revoked.id } });
  const left = await signIn(owner.username, owner.password);
  await left.api.send("POST /api/auth/logout");
  const replaced = await aBot(owner);
  await owner.api.send("POST /api/my-bots/{bot_id}/regenerate-token", { params: { bot_id: replaced.id } });
  callers = {
    anonymous,
    owner: owner.api,
    stranger: stranger.api,
    moderator: moderator.api,
    admin: admin.api,
    otherBot: (await aBot(owner)).api,
    unclaimed: (await anUnclaimedBot()).api,
    readKey: (await anApiKey(owner, "read")).api,
    operateKey: (await anApiKey(owner, "operate")).api,
  };
  Object.assign(ended, {
    "an unknown token": anonymous.bearer("nonsense"),
    "an unknown bot token": anonymous.with({ "x-bot-token": "mb_nonsense" }),
    "another scheme": anonymous.with({ authorization: "Basic YWRtaW46YWRtaW4=" }),
    "an unsigned JWT": anonymous.bearer(
      `${Buffer.from('{"alg":"none"}').toString("base64url")}.${left.jwt.split(".")[1]}.`,
    ),
    "a JWT of an ended session": anonymous.bearer(left.jwt),
    "a revoked key": revoked.api,
    "a replaced bot token": replaced.api,
  });
});

/** Operations that end the caller's session; they run last, because other rows need it. */
const ENDS = new Set(["POST /api/auth/logout", "POST /api/auth/refresh", "DELETE /api/auth/sessions"]);
const CALLERS = [
  "anonymous",
  "owner",
  "stranger",
  "moderator",
  "admin",
  "itsBot",
  "otherBot",
  "unclaimed",
  "readKey",
  "operateKey",
];

it("knows every operation that is served, and no other", () => {
  expect(served.map(({ line }) => line).sort()).toEqual(Object.keys(MATRIX).sort());
});

it.each(served)("$line", async ({ line }) => {
  const got: number[] = [];
  let target = await aTarget(owner, "bot");
  for (const caller of CALLERS) {
    const who =
      caller === "itsBot"
        ? target.bot.api
        : ["owner", "stranger", "moderator", "admin"].includes(caller) && ENDS.has(line)
          ? (await aUser()).api
          : callers[caller]!;
    // These end the target's sessions or account, so do not use the owner, whom later rows need.
    if (/^PATCH .+users|users\/\{user_id\}\/(account|reset-link|sessions)/.test(line)) target.user_id = "999999";
    const { status } = await who.send(line, {
      params: paramsOf(target),
      query: REQUIRED_QUERY[line],
      body: VALID_BODY[line]?.(target),
    });
    got.push(status);
    // The headers of document 003's app choose its words, and never let anybody in.
    if ([401, 403, 404].includes(status)) {
      const asApp = { params: paramsOf(target), query: REQUIRED_QUERY[line], body: VALID_BODY[line]?.(target) };
      const again = await who.send(line, { ...asApp, headers: { "x-platform": "Android", "x-app-version": "1.0" } });
      expect([line, caller, again.status]).toEqual([line, caller, status]);
    }
    // The next caller needs what this one may have changed as it was.
    if (status < 400 && !line.startsWith("GET ")) target = await aTarget(owner, "bot");
  }
  expect(got.join(" ")).toBe(MATRIX[line]);
});

it.each(served)("$line with a credential that is not valid: always 401", async ({ line }) => {
  for (const [name, api] of Object.entries(ended)) {
    const { status, json } = await api.send(line, {
      params: paramsOf(untouched),
      query: REQUIRED_QUERY[line],
      body: VALID_BODY[line]?.(untouched),
    });
    // Document 004 and GraphQL have their own envelopes.
    const graphql = line.endsWith(" /graphql");
    const coded = graphql || /( \/metrics| \/asyncapi\.json)$| \/api\//.test(line);
    const said = graphql ? json.errors[0].extensions.code : coded ? errorOf(json).code : json.status;
    expect([name, status, said]).toEqual([name, 401, coded ? "UNAUTHORIZED" : "error"]);
  }
});
