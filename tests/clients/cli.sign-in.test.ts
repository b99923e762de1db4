/** `muster login` with a second factor, and by a provider in a browser, against the real server and a real OpenID provider. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api } from "../api";
import { appCode } from "../authenticator";
import { home, muster } from "../cli";
import { eventually } from "../eventually";
import { aUser } from "../factories";
import { freePort, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { OIDC_CLIENT, Oidc } from "../standins/oidc";
import { theServer } from "../the-server";

const STEP_MS = 30_000;
const storedToken = (): string => JSON.parse(readFileSync(join(home, "muster", "config.json"), "utf8")).token;

describe("muster login of an account with a second factor", () => {
  it("asks for the code, takes it from MUSTER_OTP too, and refuses a wrong one", async () => {
    const [ada, url] = [await aUser(), theServer().url];
    const { json } = await ada.api.send("POST /api/auth/second-factor", { body: { password: ada.password } });
    const code = (steps: number) => appCode(json.secret, Date.now() + steps * STEP_MS);
    const confirmed = await ada.api.send("POST /api/auth/second-factor/confirm", { body: { otp: code(0) } });
    const [recoveryCode] = confirmed.json.recovery_codes;
    const args = ["login", "--url", url, "--username", ada.username];
    const env = { MUSTER_PASSWORD: ada.password };

    const wrong = await muster(args, { ...env, MUSTER_OTP: "000000" }).ended;
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("(401)") });
    const typed = await muster(args, env, `${code(1)}\n`).ended;
    expect(typed).toMatchObject({ code: 0, err: expect.stringContaining("Code of your authenticator app") });
    const given = await muster(args, { ...env, MUSTER_OTP: recoveryCode }).ended;
    expect(given.code, given.err).toBe(0);
    expect(given.err).not.toContain("Code of");
    // The command signs in only to make its key.
    const { sessions } = (await ada.api.send("GET /api/auth/sessions")).json;
    expect(sessions.map(({ current }: { current: boolean }) => current)).toEqual([true]);
  });
});

describe("muster login by a provider", () => {
  const folder = temporaryFolder();
  let issuer: Oidc;
  let server: ServerProcess;
  beforeAll(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    issuer = await Oidc.start(`${url}/api/auth/sso/oidc/callback`);
    server = await startServer({
      ...{ DATA_DIR: folder, PORT: String(port), PUBLIC_URL: url, AUTH_PASSWORD: "off" },
      ...{ OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: OIDC_CLIENT.id, OIDC_CLIENT_SECRET: OIDC_CLIENT.secret },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await issuer?.close();
    removeFolder(folder);
  });

  const person = (sub: string) =>
    issuer.add({ sub, preferred_username: sub, email: `${sub}@example.org`, email_verified: true });
  const login = (...more: string[]) => muster(["login", "--url", server.url, ...more]);
  /** Plays the browser: from the address that the command prints to the provider, and back to this computer. */
  async function browse({ said }: ReturnType<typeof muster>, sub: string, link?: "no") {
    const address = await eventually(() => {
      const [found] = /^http\S+$/m.exec(said.err) ?? [];
      expect(found, said.err).toBeDefined();
      return found!;
    });
    const back = await issuer.decide(address, sub, link);
    const answer = await fetch(back, { redirect: "manual", headers: { accept: "text/html" } });
    const landing = new URL(answer.headers.get("location")!);
    expect([answer.status, landing.hostname, answer.headers.getSetCookie()]).toEqual([302, "127.0.0.1", []]);
    return { landing, text: await (await fetch(landing)).text() };
  }

  it("opens a session with the code that the browser brings, and stores a key", async () => {
    person("clio");
    const command = login();
    const { landing, text } = await browse(command, "clio");
    expect([[...landing.searchParams.keys()], text]).toEqual([["code"], expect.stringContaining("close this page")]);
    expect(await command.ended).toMatchObject({ code: 0, out: expect.stringContaining("Signed in") });
    const me = await new Api(server.url).bearer(storedToken()).send("GET /api/auth/me");
    expect(me.json.user).toMatchObject({ username: "clio" });
  });

  it("ends with the reason when the person refuses, and names the providers there are", async () => {
    person("thea");
    const command = login("--provider", "oidc");
    await browse(command, "thea", "no");
    expect(await command.ended).toMatchObject({ code: 2, err: expect.stringContaining("did not succeed: denied") });
    const unknown = await login("--provider", "nowhere").ended;
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('no provider "nowhere"; it has oidc') });
  });

  it("brings a port of this computer a code alone, and no other port than a program may open", async () => {
    const code_challenge = "x".repeat(43);
    const queries: Record<string, string>[] = [
      { loopback_port: "4000" },
      { loopback_port: "80", response: "code", code_challenge },
      { loopback_port: "4000", response: "code", code_challenge, platform: "android" },
    ];
    for (const query of queries) {
      const asked = { params: { provider: "oidc" }, query };
      const refused = await new Api(server.url).refused("GET /api/auth/sso/{provider}", "INVALID_INPUT", asked);
      expect(refused.error).toMatch(/loopback_port|platform/);
    }
  });
});
