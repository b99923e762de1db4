/** The room of sign-in by Discord over a stand-in for Discord itself, with accounts that note who came. */
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { createDiscordClient, type DiscordConfig } from "@/lib/community/discord/client";
import { PROBLEMS, type Problem } from "@/lib/community/discord/contract";
import { createDiscordService } from "@/lib/community/discord/service";
import type { UserActor } from "@/lib/core/actor";
import { outbound } from "@/lib/core/outbound/index";
import { hashToken, newToken, sameSecret, sign } from "@/lib/core/secrets";
import { createStates } from "@/lib/identity/sso/states";
import { CLIENT, Discord, GUILD } from "@/tests/standins/discord";

export const CALLBACK = "https://bots.example.org/api/discord/callback";
export const NELLY = { id: "80351110224678912", username: "nelly", email: "nelly@example.org", verified: true };
export const ROLES = { admin: "11", moderator: "22", member: "33" };
export const ADA = { kind: "user", user_id: 7, scope: "admin", session_id: "ses_1" } as UserActor;
export const BROWSER = "br_mine";
export const VISIT = { browser: BROWSER, ip: "192.0.2.1" };
export const NOBODY = { kind: "public", ip: "192.0.2.1" } as const;
export const refusedWith = (name: Problem) => ({ code: PROBLEMS[name][0], details: { problem: name } });

/** Starts the stand-in for the tests of a file. */
export function openDiscord() {
  let discord: Discord;
  const slept: number[] = [];
  const warned: string[] = [];
  beforeAll(async () => {
    discord = await Discord.start(CALLBACK);
  });
  afterAll(() => discord.close());
  beforeEach(() => {
    discord.citizens.clear();
    discord.add({ ...NELLY, roles: [ROLES.member] });
  });
  afterEach(() => {
    slept.length = 0;
    warned.length = 0;
  });

  function clientWith(change: Partial<DiscordConfig> = {}, timeoutMs = 20_000) {
    return createDiscordClient({
      config: {
        apiUrl: discord.url,
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        redirectUri: CALLBACK,
        guildId: GUILD,
        ...change,
      },
      outbound: (url, options) => outbound(url, { ...options, timeoutMs }),
      sleep: async (ms) => void slept.push(ms),
      warn: (detail, text) => void warned.push(`${text} ${JSON.stringify(detail)}`),
    });
  }

  /** A service over that client, whose accounts note who came. */
  function world({
    client = clientWith(),
    landings = {} as object,
    roles = ROLES as object,
    refusal = "" as unknown,
  } = {}) {
    const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
    const spent = new Set<string>();
    const came: { id: string; role: string | undefined }[] = [];
    const links: [number, string][] = [];
    const states = createStates({ sign, same: sameSecret }, "discord");
    const service = createDiscordService({
      client: () => client,
      roles,
      callback: CALLBACK,
      landings: { web: "https://bots.example.org/dashboard", android: "hazebot://oauth?from=discord", ...landings },
      accounts: {
        async signInBy(person, role) {
          came.push({ id: person.id, role });
          return refusal ? (refusal as never) : ({ sessionToken: "ms_new", reply: { token: "a.b.c" } } as never);
        },
        invitationKey: async (token: string) => `key of ${token}`,
        userBy: async () => ({ id: 7 }) as never,
        async linkIdentity(actor, identity) {
          links.push([(actor as UserActor).user_id, identity.id]);
          return refusal ? (refusal as never) : "linked";
        },
        linkedIdentity: async () => ({ linked: null, hasPassword: true }),
        unlinkIdentity: async () => undefined,
      },
      issueAppCode: (userId, challenge) => `${userId} ${challenge}`,
      states,
      store: {
        spend: async (nonce) => !spent.has(nonce) && Boolean(spent.add(nonce)),
      },
      now: () => clock.at,
      newNonce: () => newToken("st"),
      hash: hashToken,
      same: sameSecret,
    });
    const allowed = async (authUrl: string, button?: "Cancel") =>
      Object.fromEntries((await discord.decide(authUrl, NELLY.id, button)).searchParams) as {
        code: string;
        state: string;
      };
    return { service, states, clock, came, links, allowed };
  }

  return { discord: () => discord, slept, warned, clientWith, world };
}
