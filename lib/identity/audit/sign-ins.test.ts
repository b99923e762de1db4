/** The audit log names the account that a sign-in tries, and who signed in, on both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withinContext } from "@/lib/core/acts";
import { query } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { appCode } from "@/tests/authenticator";
import { databases } from "@/tests/db/databases";
import { aPasskey } from "@/tests/passkey";
import { createChain } from "./chain";
import { createPerforming } from "./service.perform";
import { createAuditStore } from "./store";

const BROWSER = "br_of-the-tests";
const NELLY = {
  ...{ provider: "discord", id: "80351110224678912", username: "nelly", fullname: "Nelly", discriminator: "0" },
  ...{ avatar: null, email: "nelly@example.org", emailVerified: true },
};

describe.each(databases)("records of sign-ins on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.clean();
    await world.run("DELETE FROM audit_record");
  });

  const store = createAuditStore(createChain(() => Buffer.alloc(32, 7)));
  const { perform } = createPerforming({ store, now: () => world.clock.at, newId, log: { warn: () => {} } });
  const request = { actor: { kind: "public", ip: CLIENT.ip } as const };
  /** Performs the work as a request without a credential, and returns its record. */
  async function record(work: () => Promise<unknown>) {
    await world.run("DELETE FROM audit_record");
    const act = () => perform({ action: "login", isAttempt: true }, work);
    await withinContext(request, act).catch(() => {});
    const rows = await query()
      .selectFrom("audit_record")
      .select(["outcome", "by_kind", "user_id", "by_name", "target_type", "target_id", "target_name", "detail"])
      .execute();
    expect(rows).toHaveLength(1);
    return rows[0]!;
  }
  type Account = { id: number; username: string };
  const on = ({ id, username }: Account) => ({ target_type: "user", target_id: String(id), target_name: username });
  const done = (account: Account) => ({
    ...{ outcome: "done", by_kind: "person", user_id: account.id, by_name: account.username },
    ...on(account),
  });
  const refused = (account: Account) => ({
    ...{ outcome: "refused", by_kind: "anonymous", user_id: null, by_name: null },
    ...on(account),
  });
  const login = (username: string, password = PASSWORD, otp?: string) =>
    record(() => world.signIn.login({ username, password, otp }, CLIENT));
  const off = ({ id }: Account) => world.run(`UPDATE "user" SET is_active = 0 WHERE id = ${id}`);

  it("name the person after the right password, and the account alone after a wrong one", async () => {
    const ada = await world.someone();
    expect(await login(ada.email)).toMatchObject(done(ada));
    expect(await login(ada.username, "wrong")).toMatchObject(refused(ada));
    await off(ada);
    expect(await login(ada.username)).toMatchObject(refused(ada));
  });

  it("never hold a name that belongs to no account", async () => {
    const row = await login("my secret in the wrong field");
    expect(row).toMatchObject({ outcome: "refused", by_kind: "anonymous", target_type: null });
    expect(JSON.stringify(row)).not.toContain("secret");
  });

  it("name the person after a code, and the account alone after a wrong one", async () => {
    const ada = await world.someone();
    const { secret } = await world.secondFactor.startSecondFactor(ada.actor, { password: PASSWORD });
    await world.secondFactor.confirmSecondFactor(ada.actor, { otp: appCode(secret, world.clock.at) });
    world.clock.at += 60_000;
    expect(await login(ada.username)).toMatchObject(refused(ada));
    expect(await login(ada.username, PASSWORD, "000000")).toMatchObject(refused(ada));
    expect(await login(ada.username, PASSWORD, appCode(secret, world.clock.at))).toMatchObject(done(ada));
    await world.run(`INSERT INTO "account" (id, user_id, type, provider, provider_account_id, founding)
      VALUES ('acc_1', ${ada.id}, 'oauth', 'discord', '${NELLY.id}', 0)`);
    let ticket = "";
    const provider = await record(async () => {
      const outcome = await world.provider.signInBy(NELLY, undefined, CLIENT);
      if (typeof outcome === "object" && "ticket" in outcome) ticket = outcome.ticket;
    });
    expect(provider).toMatchObject(done(ada));
    const finish = (otp: string) => record(() => world.secondFactor.finishSignIn(ticket, otp, CLIENT));
    expect(await finish("000000")).toMatchObject(refused(ada));
    world.clock.at += 60_000;
    expect(await finish(appCode(secret, world.clock.at))).toMatchObject(done(ada));
  });

  it("name the owner of the passkey that answered, right or wrong", async () => {
    const ada = await world.someone();
    const key = aPasskey("https://bots.example.org");
    await world.secondFactor.addPasskey(ada.actor, key.create(await world.secondFactor.startPasskey(ada.actor)));
    const challenge = () => world.secondFactor.startPasskeySignIn(BROWSER);
    const proof = key.get(await challenge());
    const signIn = (given = proof) => record(() => world.secondFactor.signInWithPasskey(given, BROWSER, CLIENT));
    expect(await signIn()).toMatchObject(done(ada));
    expect(await signIn()).toMatchObject(refused(ada));
    expect(await signIn(aPasskey("https://bots.example.org").get(await challenge()))).toMatchObject({
      ...{ outcome: "refused", target_type: null },
    });
  });

  it("name the account of a provider's identity, also one that the sign-in makes", async () => {
    const enter = () =>
      record(async () => {
        const outcome = await world.provider.signInBy(NELLY, undefined, CLIENT);
        if (typeof outcome === "string") throw new Error(outcome);
      });
    const first = await enter();
    const nelly = { id: Number(first.target_id), username: "nelly" };
    expect(first).toMatchObject(done(nelly));
    expect(await enter()).toMatchObject(done(nelly));
  });

  it("name the owner of an app's code and of a login link, which work once", async () => {
    const ada = await world.someone();
    const enter = (isUnused: boolean) =>
      record(async () => {
        if (!(await world.signIn.enter(ada.id, undefined, CLIENT, async () => isUnused)))
          throw new AppError("UNAUTHORIZED", "This code is not valid any more");
      });
    expect(await enter(true)).toMatchObject(done(ada));
    expect(await enter(false)).toMatchObject(refused(ada));
  });

  it("name the owner of a reset link, the first admin, and who signed up", async () => {
    const ada = await world.someone();
    world.password.forgot({ email: ada.email });
    await world.settled();
    const token = decodeURIComponent(/token=(\S+)/.exec(world.mails.at(-1)!.text)![1]!);
    const reset = () => record(() => world.password.reset({ token, new_password: "another horse battery" }));
    expect(await reset()).toMatchObject(done(ada));
    expect(await reset()).toMatchObject({ outcome: "refused", target_type: null });
    const input = { username: "grace", email: "grace@example.org", password: PASSWORD };
    const row = await record(() => world.signIn.register(input));
    expect(row).toMatchObject({ outcome: "done", by_kind: "anonymous", target_type: "user", target_name: "grace" });
    const setup = world.setup();
    const { setupLink } = await setup.bootstrap();
    const admin = { username: "chief", email: "chief@example.org", password: PASSWORD };
    const claim = { token: new URL(setupLink!).searchParams.get("token")!, ...admin };
    expect(await record(() => setup.claim(claim, CLIENT))).toMatchObject({ outcome: "done", by_name: "chief" });
  });
});
