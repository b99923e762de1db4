/** Refusals of single rules: names, enumerations, sizes and the last admin. */
import { describe, expect, it } from "vitest";
import { updateUser } from "@/lib/identity/accounts/contract";
import { listUsers } from "@/lib/identity/accounts/contract.list";
import { Api } from "../api";
import { admin, owner, refused, target } from "../refusals";
import { paramsOf } from "./operations";

describe("other rules", () => {
  it("registration names wrong fields and taken names", async () => {
    const good = { username: "someone-else", email: "someone-else@example.org", password: "long enough" };
    const anonymous = new Api();
    for (const [field, body] of [
      ["password", { ...good, password: "short" }],
      ["email", { ...good, email: "not an address" }],
      ["username", { ...good, username: "a b" }],
      ["username", { ...good, username: "x" }],
    ] as const)
      refused(await anonymous.send("POST /api/auth/register", { body }), 400, field);
    const taken = await anonymous.send("POST /api/auth/register", { body: { ...good, username: owner.username } });
    expect([400, 409]).toContain(taken.status);
  });

  it("enumerations are exactly the documented ones", async () => {
    const params = paramsOf(target);
    const message = { message: "x", author_id: "1", author_name: "a", thread_id: "t" };
    for (const thread_type of ["groups", "ROOM", ""])
      refused(
        await target.bot.api.send("POST /api/bot/{bot_id}/messages", { params, body: { ...message, thread_type } }),
        400,
        "thread_type",
      );
    for (const status of ["done", "pending", "COMPLETED"])
      refused(
        await target.bot.api.send("POST /api/commands/{command_id}/ack", { params, body: { status } }),
        400,
        "status",
      );
    for (const type of ["", "two words", "x".repeat(33), "9"])
      refused(
        await target.bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { type, message: "x" } }),
        400,
        "type",
      );
  });

  it("an array of logs is stored whole or not at all", async () => {
    const params = paramsOf(target);
    const body = [{ message: "good one of a bad batch" }, { message: "" }];
    const answer = await target.bot.api.send("POST /api/bot/{bot_id}/logs", { params, body });
    refused(answer, 400);
    expect(answer.json.details.field).toBe("1.message");
    const { text } = await owner.api.send("GET /api/logs", { query: { bot_id: target.bot.id } });
    expect(text).not.toContain("good one of a bad batch");
    refused(
      await target.bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: Array(1001).fill({ message: "x" }) }),
      400,
    );
  });

  it("nesting is limited, so that everything stored can be written again", async () => {
    const params = paramsOf(target);
    const nested = (levels: number) => `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    const put = (body: string) => owner.api.send("PUT /api/bot/{bot_id}/settings", { params, body });
    for (const levels of [100, 5_000, 100_000]) refused(await put(nested(levels)), 400);
    expect((await put(nested(99))).status).toBe(200);
    expect((await put(`{"a":"${"[".repeat(500)}\\"${"[".repeat(500)}"}`)).status).toBe(200);
    const metadata = `${`{"a":`.repeat(3_000)}1${"}".repeat(3_000)}`;
    const log = `{"message":"x","metadata":${metadata}}`;
    refused(await target.bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: log }), 400);
  });

  it("missing fields and wrong types are named in plain words", async () => {
    const params = paramsOf(target);
    const said = async (body: unknown) =>
      (await owner.api.send("POST /api/bot/{bot_id}/send-command", { params, body })).json.error;
    expect(await said({})).toBe("type: is required");
    expect(await said({ type: 5 })).toBe("type: must be a string");
    expect(await said({ type: "x", payload: [] })).toBe("payload: must be a JSON object");
    expect(await said({ type: "x", expires_in: 1e9 })).toBe("expires_in: must be at most 2592000");
    expect(await said([])).toBe("Send a JSON object");
    const { json } = await target.bot.api.send("POST /api/commands/{command_id}/ack", {
      params,
      body: { status: "x" },
    });
    expect(json.error).toBe("status: must be one of completed, failed");
  });

  it("metadata, payload and results have a size", async () => {
    const params = paramsOf(target);
    const big = { x: "x".repeat(70_000) };
    refused(await owner.api.send("POST /api/my-bots", { body: { name: "b", metadata: big } }), 400, "metadata");
    refused(
      await owner.api.send("POST /api/commands", { body: { ...params, type: "x", payload: big } }),
      400,
      "payload",
    );
  });

  it("the last admin cannot be demoted, deactivated or deleted", async () => {
    // Other files of this worker may have left admins on the server that they share.
    const { users } = await admin.api.call(listUsers, { query: { role: "admin" } });
    for (const { id } of users)
      if (id !== admin.id)
        await admin.api.call(updateUser, { params: { user_id: String(id) }, body: { role: "user" } });
    const params = { user_id: String(admin.id) };
    for (const body of [{ role: "user" }, { is_active: false }])
      refused(await admin.api.send("PATCH /api/users/{user_id}", { params, body }), 409);
    refused(await admin.api.send("POST /api/auth/delete-account", { body: { password: admin.password } }), 409);
  });
});
