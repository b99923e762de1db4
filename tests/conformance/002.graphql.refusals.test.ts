/** Refusals of GraphQL: their codes, their form, and the limits behind them. */
import { describe, expect, it } from "vitest";
import { Api, type Json } from "../api";
import { aUser } from "../factories";
import { ask, codeOf, data } from "../graphql";

describe("refusals", () => {
  const status = "{ status { version } }";

  it("without a credential are 401 in GraphQL's form and reveal no schema", async () => {
    for (const query of [status, "{ __schema { types { name } } }"]) {
      const answer = await new Api().send("POST /graphql", { body: { query } });
      expect([answer.status, answer.json]).toEqual([
        401,
        { errors: [{ message: expect.any(String), extensions: { code: "UNAUTHORIZED" } }] },
      ]);
    }
  });

  it("name what is wrong with a body or a document", async () => {
    const { api } = await aUser();
    for (const body of ["{", "[]", "{}", '[{"query":"{ status { version } }"}]', { query: 5 }]) {
      const answer = await api.send("POST /graphql", { body });
      expect([answer.status, answer.json.errors[0].extensions.code]).toEqual([400, "INVALID_INPUT"]);
    }
    for (const query of ["{", "{ nope }", "query ($a: Odd) { me { id } }", "{ taskStatus { id } }"])
      expect(await codeOf(api, query)).toMatchObject({ code: "INVALID_INPUT" });
    const which = await api.send("POST /graphql", { body: { query: "query A { me { id } } query B { me { id } }" } });
    expect([which.status, which.json.errors[0].extensions.code]).toEqual([400, "INVALID_INPUT"]);
    const big = await api.send("POST /graphql", { body: { query: status, variables: { x: "x".repeat(300_000) } } });
    expect([big.status, big.json.errors[0].extensions.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });

  it("stop operations over the limits", async () => {
    const { api } = await aUser();
    const nested = "{ bots(first: 200) { nodes { commands(first: 200) { nodes { bot { id } } } } } }";
    const aliases = `{ me { ${Array.from({ length: 40 }, (_, n) => `a${n}: id`).join(" ")} } }`;
    const tokens = `{ me { ${"id ".repeat(3000)} } }`;
    for (const query of [nested, aliases, tokens]) {
      const { errors, data: none } = await ask(api, query);
      expect([errors[0].extensions.code, none]).toEqual(["INVALID_INPUT", undefined]);
    }
  });

  it("allow only queries by GET", async () => {
    const { api } = await aUser();
    expect((await api.send("GET /graphql", { query: { query: status } })).json.data.status).toBeTruthy();
    const named = { query: "query A($n: Int) { bots(first: $n) { nodes { id } } }", variables: '{"n":1}' };
    expect((await api.send("GET /graphql", { query: named })).json.data.bots.nodes).toEqual([]);
    const change = await api.send("GET /graphql", { query: { query: "mutation { clearCache { success } }" } });
    expect([change.status, change.json.data]).toEqual([405, undefined]);
  });

  it("sends a browser to the playground", async () => {
    const accept = "text/html,application/xhtml+xml,*/*;q=0.8";
    const answer = await new Api().send("GET /graphql", { headers: { accept }, query: { query: "{ me { id } }" } });
    const location = "/dashboard/graphql?query=%7B+me+%7B+id+%7D+%7D";
    expect([answer.status, answer.headers.get("location")]).toEqual([302, location]);
  });

  it("stop a page of another site with the cookie", async () => {
    const { api } = await aUser();
    const answer = await api.send("POST /graphql", {
      body: { query: status },
      headers: { origin: "https://evil.example", "content-type": "text/plain" },
    });
    expect(answer.status).toBe(403);
  });

  it("counts 100 a minute and reports the remaining requests", async () => {
    const { api } = await aUser();
    const answer = await api.send("POST /graphql", { body: { query: status } });
    const limit = Number(answer.headers.get("x-ratelimit-limit"));
    expect(limit % 100).toBe(0);
    expect(Number(answer.headers.get("x-ratelimit-remaining"))).toBe(limit - 1);
  });

  it("lets signed-in callers read the schema", async () => {
    const { __schema } = await data(
      await aUser(),
      "{ __schema { queryType { fields { name type { name ofType { name } } } } } }",
    );
    expect(__schema.queryType.fields.map((one: Json) => one.name)).toContain("downloadStats");
  });
});
