/** GraphQL: lists by connections, and what a bot's token and a read-only key may do, field by field. */
import { readFileSync } from "node:fs";
import {
  buildSchema,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from "graphql";
import { describe, expect, it } from "vitest";
import type { Api, Json } from "../api";
import { aBot, anApiKey, anUnclaimedBot, aUser, type TestUser, theAdmin, unique } from "../factories";
import { codeOf, data } from "../graphql";
import { aTicket } from "../tickets";

describe("connections", () => {
  /** Reads a list one entry at a time by its edges' cursors. */
  async function walk(who: TestUser | Api, field: (paging: string) => string, pick: (json: Json) => Json) {
    const ids: string[] = [];
    let after = "";
    for (let n = 0; n < 20; n++) {
      const page = pick(await data(who, `{ ${field(`first: 1${after && `, after: ${JSON.stringify(after)}`}`)} }`));
      expect(page.edges.map(({ node }: Json) => node)).toEqual(page.nodes);
      for (const { node } of page.edges) ids.push(node.id);
      if (!page.pageInfo.hasNextPage) return ids;
      expect(page.edges[0].cursor).toBe(page.pageInfo.endCursor);
      after = page.edges[0].cursor;
    }
    throw new Error("the list does not end");
  }
  const SHAPE = "{ nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } }";

  it("continue after any edge, for every list", async () => {
    const user = await aUser();
    const bot = await aBot(user);
    await aBot(user);
    await aBot(user);
    for (let n = 0; n < 3; n++) {
      const params = { bot_id: bot.id };
      await user.api.send("POST /api/commands", { body: { bot_id: bot.id, type: `c${n}` } });
      await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { message: `l${n}` } });
      const message = { message: `m${n}`, author_id: "1", author_name: "a", thread_id: "t" };
      await bot.api.send("POST /api/bot/{bot_id}/messages", { params, body: message });
      await aTicket(user);
      await user.api.send("POST /api/download", { body: { url: `https://files.invalid/${n}` } });
    }
    for (const name of ["bots", "commands", "logs", "messages", "tickets", "tasks"]) {
      const whole = (await data(user, `{ ${name} ${SHAPE} }`))[name];
      expect(whole.nodes, name).toHaveLength(3);
      expect(whole.pageInfo).toEqual({ hasNextPage: false, endCursor: null });
      const ids = whole.nodes.map(({ id }: Json) => id);
      expect(
        await walk(
          user,
          (paging) => `${name}(${paging}) ${SHAPE}`,
          (json) => json[name],
        ),
        name,
      ).toEqual(ids);
      const rest = (await data(user, `{ ${name}(after: ${JSON.stringify(whole.edges[0].cursor)}) { nodes { id } } }`))[
        name
      ];
      expect(
        rest.nodes.map(({ id }: Json) => id),
        name,
      ).toEqual(ids.slice(1));
      expect(await codeOf(user, `{ ${name}(after: "no cursor") { nodes { id } } }`)).toMatchObject({
        ...{ code: "INVALID_INPUT" },
      });
      expect(await codeOf(user, `{ ${name}(first: -1) { nodes { id } } }`)).toEqual({
        ...{ code: "INVALID_INPUT", field: "first" },
      });
    }
    for (const field of ["commands", "logs"])
      expect(
        await walk(
          user,
          (paging) => `bot(id: "${bot.id}") { ${field}(${paging}) ${SHAPE} }`,
          (json) => json.bot[field],
        ),
      ).toHaveLength(3);
  });

  it("of ticket messages, alerts and the inbox go back in time", async () => {
    const [user, staff, admin] = [await aUser(), await aUser("moderator"), await theAdmin()];
    const { ticket_id } = await aTicket(user);
    for (const content of ["one", "two"])
      await staff.api.send("POST /api/tickets/{ticket_id}/messages", { params: { ticket_id }, body: { content } });
    const messages = (paging: string) =>
      `ticket(id: "${ticket_id}") { messages(${paging}) { nodes { id content } edges { cursor node { id content } } pageInfo { hasNextPage endCursor } } }`;
    const { nodes } = (await data(user, `{ ${messages("first: 50")} }`)).ticket.messages;
    const back = nodes.map(({ id }: Json) => id).reverse();
    expect(await walk(user, messages, (json) => json.ticket.messages)).toEqual(back);

    for (let n = 0; n < 2; n++)
      await data(admin, 'mutation ($m: String!) { triggerAlert(level: "info", message: $m) { success } }', {
        m: unique("Paged "),
      });
    const page = (after: string) =>
      data(admin, `{ alertHistory(first: 1, severity: "info"${after}) { edges { cursor node { id severity } } } }`);
    const [first] = (await page("")).alertHistory.edges;
    const [second] = (await page(`, after: "${first.cursor}"`)).alertHistory.edges;
    expect([first.node.severity, second.node.severity]).toEqual(["low", "low"]);
    expect(second.node.id).not.toBe(first.node.id);
  });
});

describe("a bot's token", () => {
  it("reads the bot and its own data", async () => {
    const user = await aUser();
    const [bot, other] = [await aBot(user), await aBot(user)];
    for (const one of [bot, other]) {
      await user.api.send("POST /api/commands", { body: { bot_id: one.id, type: `for ${one.id}` } });
      await one.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: one.id }, body: { message: one.id } });
    }
    const query =
      "query ($id: ID!) { bot(id: $id) { name owner { username } commands { nodes { type } } } commands { nodes { type } } logs { nodes { message bot { id } } } messages { nodes { id } } tickets { nodes { id } } }";
    expect(await data(bot.api, query, { id: bot.id })).toEqual({
      bot: { name: "Greeter", owner: null, commands: { nodes: [{ type: `for ${bot.id}` }] } },
      commands: { nodes: [{ type: `for ${bot.id}` }] },
      logs: { nodes: [{ message: bot.id, bot: { id: bot.id } }] },
      messages: { nodes: [] },
      tickets: { nodes: [] },
    });
    expect(await codeOf(bot.api, "query ($id: ID!) { bot(id: $id) { id } }", { id: other.id })).toEqual({
      code: "NOT_FOUND",
    });
    const others = "query ($id: ID) { commands(botId: $id) { nodes { id } } }";
    expect(await codeOf(bot.api, others, { id: other.id })).toEqual({ code: "NOT_FOUND" });
    // An unclaimed bot may not even read this.
    const wild = await anUnclaimedBot();
    const refused = await wild.api.send("POST /graphql", { body: { query: "{ commands { nodes { id } } }" } });
    expect([refused.status, refused.json.errors[0].extensions.code]).toEqual([403, "FORBIDDEN"]);
  });
});

/** A value of that type that is valid as an argument. */
function some(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return some(type.ofType);
  if (isListType(type)) return [some(type.ofType)];
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter((field) => isNonNullType(field.type))
        .map((field) => [field.name, some(field.type)]),
    );
  return { Int: 1, Float: 1, Boolean: true, JSON: {} }[String(type)] ?? "x";
}

describe("field by field", () => {
  const schema = buildSchema(readFileSync("lib/edge/graphql/schema.graphql", "utf8"));
  const operations = (["Query", "Mutation"] as const).flatMap((root) =>
    Object.values((root === "Query" ? schema.getQueryType() : schema.getMutationType())!.getFields()).map((field) => {
      const needed = field.args.filter(({ type }) => isNonNullType(type));
      const leaf = getNamedType(field.type);
      const names = needed.map(({ name, type }) => `$${name}: ${type}`).join(", ");
      const args = needed.map(({ name }) => `${name}: $${name}`).join(", ");
      return {
        ...{ root, name: field.name },
        text: `${root === "Query" ? "query" : "mutation"}${names && ` (${names})`} { ${field.name}${args && `(${args})`}${"getFields" in leaf ? " { __typename }" : ""} }`,
        variables: Object.fromEntries(needed.map(({ name, type }) => [name, some(type)])),
      };
    }),
  );
  const FOR_BOTS = ["bot", "command", "commands", "logs", "messages", "ticket", "tickets"];

  it("a bot's token reads only its own data, and a read-only key changes nothing", async () => {
    const owner = await aUser();
    const bot = await aBot(owner);
    const key = await anApiKey(owner, "read");
    for (const { root, name, text, variables } of operations) {
      const refused = await codeOf(bot.api, text, variables);
      if (FOR_BOTS.includes(name)) expect(refused?.code, name).not.toBe("FORBIDDEN");
      else expect(refused, name).toEqual({ code: "FORBIDDEN" });
      if (root === "Mutation") expect(await codeOf(key.api, text, variables), name).toEqual({ code: "FORBIDDEN" });
    }
  });
});
