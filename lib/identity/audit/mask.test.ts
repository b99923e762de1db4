/** No secret reaches a record, whatever its field is called, wherever it stands and whatever it looks like. */
import { randomBytes, randomInt } from "node:crypto";
import { describe, expect, it } from "vitest";
import { masked, maskText } from "./mask";
import { recordOf } from "./record";

const random = (bytes = 24) => randomBytes(bytes).toString("base64url");
const letters = (length: number) => Array.from({ length }, () => "abcdefghijkmnopqrstuvwxyz"[randomInt(25)]).join("");

/** Names under which this server and the services it talks to keep a secret. */
const NAMES = [
  ...["password", "old_password", "new_password", "smtpPassword", "passphrase", "token", "bot_token", "accessToken"],
  ...["refresh_token", "fcm_token", "secret", "client_secret", "webhook_secret", "api_key", "apiKey", "access_key"],
  ...[
    "private_key",
    "keys",
    "p256dh",
    "auth",
    "authorization",
    "cookie",
    "otp",
    "code",
    "recovery_codes",
    "claim_code",
  ],
  ...["key_hash", "token_hash", "cipher", "jwt", "dsn", "webhook", "pin", "salt", "signature", "credentials"],
];
/** Secrets that give themselves away by their form, in a field of any name. */
const FORMS: (() => { text: string; secret: string })[] = [
  ...["mb", "mk", "ms", "mr", "mv", "me", "nm", "mi", "mc", "md", "whsec"].map((prefix) => () => {
    const secret = `${prefix}_${random(32)}`;
    return { text: `use ${secret} here`, secret };
  }),
  () => {
    const secret = random();
    return { text: `Authorization: Bearer ${secret}`, secret };
  },
  () => {
    const secret = random();
    return { text: `https://discord.com/api/webhooks/123/${secret}`, secret };
  },
  () => {
    const secret = letters(16);
    return { text: `see https://ada:${secret}@example.org/path`, secret };
  },
  () => {
    const secret = letters(20);
    return { text: `https://hooks.example.org/?key=${secret}`, secret };
  },
  () => {
    const secret = `ghp_${letters(36)}`;
    return { text: secret, secret };
  },
  () => {
    const secret = random(30);
    return { text: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`, secret };
  },
  () => {
    const secret = `eyJ${random(12)}.${random(20)}.${random(32)}`;
    return { text: secret, secret };
  },
];

const happened = { id: "act_1", at: 1, action: "updateThing", outcome: "done" as const };
const wrap = [
  (value: unknown) => value,
  (value: unknown) => [value],
  (value: unknown) => ({ inner: value }),
  (value: unknown) => ({ list: [{ deep: value }] }),
];
/** The whole record of a change that has `value` in a field of this name, before and after. */
const recorded = (name: string, value: unknown) =>
  JSON.stringify(
    recordOf({}, { ...happened, description: { before: { [name]: "old" }, after: { [name]: value, other: 1 } } }),
  );

describe("records", () => {
  it("hold no value of a field that is named like a secret", () => {
    for (const name of NAMES)
      for (const wrapped of wrap)
        for (let round = 0; round < 5; round++) {
          const secret = random(randomInt(8, 40));
          expect([name, recorded(name, wrapped(secret)).includes(secret)]).toEqual([name, false]);
          expect([name, recorded("settings", wrapped({ [name]: secret })).includes(secret)]).toEqual([name, false]);
        }
  });

  it("hold no secret that is known by its form, in values, names, targets and callers", () => {
    for (const form of FORMS)
      for (const wrapped of wrap) {
        const { text, secret } = form();
        expect([text, recorded("note", wrapped(text)).includes(secret)]).toEqual([text, false]);
        const target = { type: "thing", id: "t1", name: text };
        const context = { origin: { request_id: "r", address: "192.0.2.1", user_agent: text } };
        const record = recordOf(context, { ...happened, description: { target, after: { [text]: 1 } } });
        expect([text, JSON.stringify(record).includes(secret)]).toEqual([text, false]);
      }
  });

  it("hold that a phone number, birthday or gender was changed, and not to which", () => {
    const record = recorded("phone", "+49 170 1234567");
    expect(record).not.toContain("1234567");
    expect(record).toContain("phone");
  });
});

it("leaves text without a secret as it is", () => {
  for (const text of ["Greeter", "a question about tokens", "192.0.2.7", "2026-01-01T12:00:00Z", "#general"])
    expect([maskText(text), masked(text, "name")]).toEqual([text, text]);
});
