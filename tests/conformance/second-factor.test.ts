/** Two-factor authentication over HTTP. Its rules are tested in lib/identity/accounts/second-factor. */
import { expect, it } from "vitest";
import { Api, errorOf } from "../api";
import { appCode } from "../authenticator";
import { aUser, theAdmin } from "../factories";

const STEP_MS = 30_000;

it("a sign-in of an account with a second factor needs a code, and everything else stays as documented", async () => {
  const one = await aUser();
  const begun = await one.api.send("POST /api/auth/second-factor", { body: { password: one.password } });
  expect(begun.status, begun.text).toBe(200);
  const { secret, uri } = begun.json;
  expect(new URL(uri).searchParams.get("secret")).toBe(secret);

  const first = { otp: appCode(secret, Date.now()) };
  const confirmed = await one.api.send("POST /api/auth/second-factor/confirm", { body: first });
  expect(confirmed.status, confirmed.text).toBe(200);
  const { recovery_codes } = confirmed.json;
  expect((await one.api.send("GET /api/auth/second-factor")).json).toMatchObject({ enabled: true });

  const login = (otp?: string) =>
    new Api().send("POST /api/auth/login", { body: { username: one.username, password: one.password, otp } });
  const without = await login();
  expect(without.status).toBe(401);
  expect(errorOf(without.json)).toMatchObject({ code: "SECOND_FACTOR_REQUIRED", details: { field: "otp" } });
  expect(without.headers.get("set-cookie")).toBeNull();
  // The first code was spent by the confirmation; the app's next one is accepted early.
  expect((await login(first.otp)).status).toBe(401);
  expect((await login(appCode(secret, Date.now() + STEP_MS))).status).toBe(200);
  expect((await login(recovery_codes[0])).status).toBe(200);
  expect((await login(recovery_codes[0])).status).toBe(401);
  // Sessions and tokens that are there already need no code.
  expect((await one.api.bearer(one.jwt).send("GET /api/auth/me")).status).toBe(200);

  const admin = await theAdmin();
  const user_id = String(one.id);
  const reset = await admin.api.send("DELETE /api/users/{user_id}/second-factor", { params: { user_id } });
  expect(reset.status, reset.text).toBe(200);
  expect((await one.api.send("GET /api/auth/me")).status).toBe(401);
  expect((await login()).status).toBe(200);
});

it("a finished sign-in by a provider without its cookie is refused with 401", async () => {
  const reply = await new Api().send("POST /api/auth/second-factor/sign-in", { body: { otp: "123456" } });
  expect(reply.status).toBe(401);
  expect(errorOf(reply.json).error).toContain("begin again");
});
