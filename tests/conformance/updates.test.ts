/** Lost updates: every update of the REST interface refuses an edit of an older version with both values. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SECTIONS } from "@/lib/core/settings/contract";
import { errorOf } from "../api";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { type OperationDocument, servedOperations } from "./operations";
import { prepareSubjects, type Subject } from "./subjects";

let admin: TestUser;
let bot: TestBot;
let operations: OperationDocument[];
let subjects: Record<string, Subject>;

beforeAll(async () => {
  ({ admin, bot, subjects } = await prepareSubjects());
  operations = (await servedOperations()).filter(({ parameters }) =>
    parameters.some(({ name }) => name === "If-Match"),
  );
});

afterAll(async () => {
  for (const name of Object.keys(SECTIONS))
    await admin.api.send("POST /api/config/{section}/reset", { params: { section: name } });
});

const isForm = ({ line }: OperationDocument) => line !== "POST /api/config/{section}/reset";
const update = (line: string, which: 0 | 1, headers: Record<string, string> = {}, more: object = {}) => {
  const { bodies, params } = subjects[line]!;
  return admin.api.send(line, { params, headers, body: { ...bodies[which], ...more } });
};

describe("every update", () => {
  it("is documented as one, with the version its form was read at", () => {
    const changing = ["PUT", "PATCH"];
    expect(operations.filter(isForm).map(({ line }) => line)).toEqual(expect.arrayContaining(Object.keys(subjects)));
    expect(operations.filter(isForm).map(({ line }) => line)).toHaveLength(Object.keys(subjects).length);
    expect(operations.filter(({ method }) => changing.includes(method)).length).toBeGreaterThan(20);
  });

  it("leaves no PUT or PATCH out", async () => {
    const lines = (await servedOperations()).filter(({ method }) => method === "PUT" || method === "PATCH");
    const unversioned = lines.map(({ line }) => line).filter((line) => !subjects[line]);
    // Each sets one thing that its form shows whole, so the last one to save means it.
    expect(unversioned.sort()).toEqual([
      "PATCH /api/auth/passkeys/{passkey_id}",
      "PUT /api/audit/streams/{kind}",
      "PUT /api/my-bots/{bot_id}/grants/{grant_id}",
      "PUT /api/my-bots/{bot_id}/tags",
      "PUT /api/notifications/settings",
      "PUT /api/posts/{post_id}",
      "PUT /api/quotas/{team_id}",
      "PUT /api/teams/{team_id}/members/{user_id}",
      "PUT /api/teams/{team_id}/tag-grants/{grant_id}",
      "PUT /api/user/preferences",
    ]);
  });

  it("accepts the current ETag, and refuses an old one with both values", async () => {
    for (const { line } of operations.filter(isForm)) {
      const { read, params } = subjects[line]!;
      const before = await admin.api.send(read, { params });
      const tag = before.headers.get("etag");
      expect([line, tag]).toEqual([line, expect.stringMatching(/^"\d+"$/)]);

      const first = await update(line, 0, { "if-match": tag! });
      expect([line, first.status, first.text]).toEqual([line, 200, expect.any(String)]);
      const next = first.headers.get("etag");
      expect([line, next]).toEqual([line, expect.stringMatching(/^"\d+"$/)]);
      expect([line, next]).not.toEqual([line, tag]);
      expect([line, (await admin.api.send(read, { params })).headers.get("etag")]).toEqual([line, next]);

      const stale = await update(line, 1, { "if-match": tag! });
      expect([line, stale.status]).toEqual([line, 409]);
      expect([line, errorOf(stale.json)]).toEqual([
        line,
        {
          ...{ code: "CONFLICT", error: expect.stringContaining("version") },
          details: expect.objectContaining({
            ...{ field: "version", version: Number(next!.slice(1, -1)) },
            ...{ stored: expect.any(Object), yours: expect.any(Object) },
          }),
        },
      ]);
      expect([line, (await admin.api.send(read, { params })).headers.get("etag")]).toEqual([line, next]);
      expect([line, (await update(line, 1)).status]).toEqual([line, 200]);
    }
  });

  it("takes the version from the body only if its schema is closed; in a free-form body it is a field of the bot", async () => {
    for (const { line, body } of operations.filter(isForm)) {
      const { read, params } = subjects[line]!;
      if (line === "PUT /api/bot/{bot_id}/settings") continue;
      const version = Number((await admin.api.send(read, { params })).headers.get("etag")?.slice(1, -1));
      expect([line, JSON.stringify(body)]).toEqual([line, expect.stringContaining('"version"')]);
      expect([line, (await update(line, 0, {}, { version: version + 1 })).status]).toEqual([line, 409]);
      expect([line, (await update(line, 0, {}, { version })).status]).toEqual([line, 200]);
      // Switch the features on again, because they answer 403 while off.
      expect([line, (await update(line, 1)).status]).toEqual([line, 200]);
    }
    const kept = await update("PUT /api/bot/{bot_id}/settings", 0);
    expect([kept.status, kept.json.settings]).toEqual([200, { version: 77, first: 1 }]);
  });

  it("names the unknown fields that it ignored on the documents' paths", async () => {
    const named: string[] = [];
    for (const { line, document } of operations.filter(isForm)) {
      if (!document || line === "PUT /api/bot/{bot_id}/settings") continue;
      const { status, json } = await update(line, 0, {}, { no_such_field: 1 });
      // Sections of the configuration refuse unknown fields.
      if (status !== 200) {
        expect([line, errorOf(json).details]).toEqual([line, expect.objectContaining({ field: "no_such_field" })]);
        continue;
      }
      named.push(line);
      expect([line, json.ignored]).toEqual([line, ["no_such_field"]]);
      expect([line, (await update(line, 0)).json.ignored]).toEqual([line, undefined]);
    }
    expect(named.sort()).toEqual([
      "POST /api/auth/update-profile",
      "PUT /api/my-bots/{bot_id}",
      "PUT /api/tickets/{ticket_id}",
    ]);
  });

  it("refuses a header that is not a version or differs from the body's", async () => {
    for (const headers of [{ "if-match": "soon" }, { "if-match": '"1", "2"' }])
      expect((await update("PUT /api/my-bots/{bot_id}", 0, headers)).status).toBe(400);
    const differing = await update("PUT /api/my-bots/{bot_id}", 0, { "if-match": '"1"' }, { version: 2 });
    expect(errorOf(differing.json).details).toMatchObject({ field: "If-Match" });
    expect((await update("PUT /api/my-bots/{bot_id}", 0, { "if-match": "*" })).status).toBe(200);
  });
});

describe("two simultaneous updates", () => {
  it("are never both stored when both name the version they read", async () => {
    for (const line of [
      "PUT /api/bot/{bot_id}/settings",
      "PUT /api/alert-rules/{rule_id}",
      "PUT /api/admin/retention",
    ]) {
      const { read, params } = subjects[line]!;
      const tag = (await admin.api.send(read, { params })).headers.get("etag")!;
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, at) => update(line, at % 2 === 0 ? 0 : 1, { "if-match": tag })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    }
  });

  it("are both stored when they change different fields and name no version", async () => {
    const fields = ["logs_days", "messages_days", "commands_days", "logs_per_bot"];
    await Promise.all(fields.map((field) => admin.api.send("PUT /api/admin/retention", { body: { [field]: 1234 } })));
    const { json } = await admin.api.send("GET /api/admin/retention");
    expect(fields.map((field) => json.retention[field])).toEqual([1234, 1234, 1234, 1234]);
    const restored = { logs_days: 30, messages_days: 30, commands_days: 90, logs_per_bot: 0 };
    await admin.api.send("PUT /api/admin/retention", { body: restored });
  });
});

describe("a report that a bot repeats at each start", () => {
  it("does not change the versions of its name, metadata and manifest", async () => {
    const body = { bot_id: bot.id, name: "Steady", metadata: { a: 1 } };
    const commands = { commands: [{ name: "steady" }] };
    const params = { bot_id: bot.id };
    const versions = async () => [
      (await admin.api.send("GET /api/my-bots/{bot_id}", { params })).headers.get("etag"),
      (await admin.api.send("GET /api/bot/{bot_id}/manifest", { params })).headers.get("etag"),
    ];
    const start = async () => {
      await bot.api.send("POST /api/bots/register", { body });
      await bot.api.send("PUT /api/bot/{bot_id}/manifest", { params, body: commands });
    };
    await start();
    const before = await versions();
    await start();
    expect(await versions()).toEqual(before);
    await bot.api.send("POST /api/bots/register", { body: { ...body, name: "Other" } });
    expect((await versions())[0]).not.toBe(before[0]);
  });
});

describe("GraphQL", () => {
  it("takes the version as an argument, and answers both values in the error's details", async () => {
    const fresh = await aBot(admin);
    const query = `mutation ($id: ID!, $version: Int) { updateBotSettings(id: $id, settings: { a: 1 }, version: $version) { version } }`;
    const send = (version: number | null) =>
      admin.api.send("POST /graphql", { body: { query, variables: { id: fresh.id, version } } });
    expect((await send(0)).json.data.updateBotSettings.version).toBe(1);
    const { errors } = (await send(0)).json;
    expect(errors[0].extensions).toMatchObject({
      ...{ code: "CONFLICT", details: { version: 1, stored: { a: 1 }, yours: { a: 1 } } },
    });
    expect((await send(null)).json.data.updateBotSettings.version).toBe(2);
  });
});

describe("the profile", () => {
  it("survives the original's page, which reads auth/me and posts the whole form back", async () => {
    const person = await aUser();
    const fields = { phone: "+49 30 1234", birthday: "1990-12-31", gender: "female" };
    await person.api.send("POST /api/auth/update-profile", { body: { ...fields, fullname: "Ada L." } });
    const { user, ...top } = (await person.api.send("GET /api/auth/me")).json;
    expect(top).toEqual({
      ...{ discord_id: "legacy_user", role: "user", role_name: "User", permissions: expect.any(Array) },
      ...{ auth_type: "legacy", avatar_url: null, ...fields },
    });
    // The page's script shows and saves a missing field as an empty text.
    const form = Object.fromEntries(
      ["fullname", "email", "phone", "birthday", "gender"].map((name) => [name, user[name] || ""]),
    );
    expect((await person.api.send("POST /api/auth/update-profile", { body: form })).json).toMatchObject({
      success: true,
    });
    expect((await person.api.send("GET /api/auth/me")).json.user).toMatchObject({
      ...{ fullname: "Ada L.", email: person.email, ...fields },
    });
  });

  it("begins a change of the address, which stays as it is until the new one is confirmed", async () => {
    const person = await aUser();
    const pending = async () => (await person.api.send("GET /api/auth/email")).json.pending?.email;
    const sent = (email: string) =>
      person.api.send("POST /api/auth/update-profile", { body: { fullname: "Other", email } });
    expect((await sent(person.email.toUpperCase())).status).toBe(200);
    expect(await pending()).toBeUndefined();
    const email = `new.${person.email}`;
    expect((await sent(email)).status).toBe(200);
    expect(await pending()).toBe(email);
    expect((await person.api.send("GET /api/auth/me")).json.user).toMatchObject({
      ...{ fullname: "Other", email: person.email },
    });
    const refused = await sent("no address");
    expect([refused.status, errorOf(refused.json).details?.field]).toEqual([400, "email"]);
  });

  it("is refused when nothing in the body is known", async () => {
    const person = await aUser();
    const answer = await person.api.send("POST /api/auth/update-profile", { body: { nickname: "x" } });
    expect([answer.status, errorOf(answer.json).error]).toEqual([400, expect.stringMatching(/^No fields to update/)]);
  });
});

describe("secrets", () => {
  it("of a channel are in neither value of a conflict", async () => {
    const line = "PATCH /api/alert-channels/{channel_id}";
    const stale = await update(line, 0, { "if-match": '"9999"' });
    expect([stale.status, stale.text]).toEqual([409, expect.not.stringContaining("secret-part")]);
  });
});
