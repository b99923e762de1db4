/**
 * Discord's OAuth2 endpoints, as next-auth's provider settings name them; DISCORD_API_URL puts another server in the place
 * of discord.com. Discord's access token is used at once and never stored.
 */

import * as providers from "next-auth/providers/discord";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { retryAfter } from "@/lib/core/outbound/retry-after";
import { PROBLEMS, type Problem } from "./contract";

/** The longest wait that Discord may ask for; beyond it the person is asked to try again later. */
const PATIENCE_S = 2;
const OURS = "https://discord.com/api";

type Settings = {
  authorization: string;
  token: string;
  userinfo: string;
  profile(raw: unknown): { image: string };
};
// CommonJS: Node hands over its exports, bundlers the default among them.
type Provider = (options: object) => unknown;
const module = providers as unknown as { default: Provider | { default: Provider } };
const provider = typeof module.default === "function" ? module.default : module.default.default;
const settings = provider({}) as Settings;

const Snowflake = z.string().regex(/^\d{1,20}$/);
const Token = z.object({ access_token: z.string().min(1), token_type: z.string(), scope: z.string().default("") });
const Me = z.object({
  id: Snowflake,
  username: z.string().min(1),
  global_name: z.string().nullish(),
  discriminator: z
    .string()
    .regex(/^\d{1,4}$/)
    .catch("0"),
  avatar: z.string().regex(/^\w+$/).nullish().catch(null),
  email: z.string().nullish(),
  verified: z.boolean().nullish(),
});
const Membership = z.object({ roles: z.array(z.string()) });

/**
 * A person at Discord. `roles` are those in the guild: null for a person who is not a member, undefined if no guild is
 * configured.
 */
export type Person = {
  id: string;
  username: string;
  fullname: string;
  discriminator: string;
  avatar: string | null;
  email: string | null;
  emailVerified: boolean;
  roles?: string[] | null;
};

export type DiscordConfig = {
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  guildId?: string;
};
type Deps = {
  config: DiscordConfig;
  outbound: (url: string, options: OutboundRequest) => Promise<OutboundReply>;
  sleep: (ms: number) => Promise<unknown>;
  warn: (detail: object, text: string) => void;
};

/** Creates the error with that name; `field` is the invalid input. */
export function problem(name: Problem, field?: string, retryAfter?: number): AppError {
  const [code, text] = PROBLEMS[name];
  return new AppError(code, text, { problem: name, ...(field && { field }) }, retryAfter);
}

const at = ({ config }: Deps, url: string) => url.replace(OURS, config.apiUrl);

function safeJson(reply: OutboundReply): unknown {
  try {
    return readJson(reply.body.toString("utf8"));
  } catch {
    return {};
  }
}

/** Sends one request, and repeats it if Discord asks for a short wait. @throws AppError busy, timeout, unreachable */
async function ask(deps: Deps, url: string, options: OutboundRequest, again = true): Promise<OutboundReply> {
  const { outbound, sleep, warn } = deps;
  let reply: OutboundReply;
  try {
    reply = await outbound(url, { timeoutMs: 10_000, maxBytes: 262_144, redirects: 0, trusted: true, ...options });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    warn({ err: error.message }, "Discord did not answer");
    throw problem(error.code === "GATEWAY_TIMEOUT" ? "timeout" : "unreachable");
  }
  if (reply.status === 429) {
    const wait = (retryAfter(reply.headers["retry-after"], Date.now()) ?? 1000) / 1000;
    if (again && wait <= PATIENCE_S) {
      await sleep(wait * 1000);
      return ask(deps, url, options, false);
    }
    throw problem("busy", undefined, wait < 86_400 ? Math.ceil(wait) : 60);
  }
  if (reply.status >= 500) {
    warn({ status: reply.status }, "Discord answered with an error");
    throw problem("unreachable");
  }
  return reply;
}

function parsed<S extends z.ZodType>({ warn }: Deps, schema: S, reply: OutboundReply): z.output<S> {
  let json: unknown;
  try {
    json = readJson(reply.body.toString("utf8"));
  } catch {}
  const found = schema.safeParse(json);
  if (found.success) return found.data;
  warn({ status: reply.status }, "Discord answered something else than it documents");
  throw problem("unreachable");
}

/** Exchanges a code for an access token. @throws AppError code, misconfigured and those of `ask` */
async function exchange(deps: Deps, code: string, verifier: string): Promise<string> {
  const { clientId, clientSecret, redirectUri } = deps.config;
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString("base64");
  const reply = await ask(deps, at(deps, settings.token), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", authorization: `Basic ${basic}` },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }).toString(),
  });
  if (reply.status === 200) return parsed(deps, Token, reply).access_token;
  const { error } = z
    .object({ error: z.string().catch("") })
    .catch({ error: "" })
    .parse(safeJson(reply));
  if (error === "invalid_grant") throw problem("code", "code");
  deps.warn({ status: reply.status, error: cutText(error, 64) }, "Discord refused the exchange of a code");
  throw problem("misconfigured");
}

/** @throws AppError unreachable when Discord refuses a token it has just given */
async function get(deps: Deps, path: string, token: string, missing: number[] = []): Promise<OutboundReply> {
  const reply = await ask(deps, path, { headers: { authorization: `Bearer ${token}` } });
  if (reply.status === 200 || missing.includes(reply.status)) return reply;
  deps.warn({ status: reply.status }, "Discord refused to say who signs in");
  throw problem("unreachable");
}

export function createDiscordClient(deps: Deps) {
  return {
    /** Returns the address of Discord's consent page. */
    authorizeUrl(state: string, challenge: string): string {
      const url = new URL(at(deps, settings.authorization));
      const scopes = [url.searchParams.get("scope"), ...(deps.config.guildId ? ["guilds.members.read"] : [])];
      const query = {
        response_type: "code",
        client_id: deps.config.clientId,
        redirect_uri: deps.config.redirectUri,
        scope: scopes.join(" "),
        state,
        code_challenge: challenge,
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },

    /** Returns the person who allowed the sign-in of this code. @throws AppError with a problem's name */
    async identify(code: string, verifier: string): Promise<Person> {
      const token = await exchange(deps, code, verifier);
      const raw = await get(deps, at(deps, settings.userinfo), token);
      const me = parsed(deps, Me, raw);
      const person: Person = {
        id: me.id,
        username: me.username,
        fullname: me.global_name ?? "",
        discriminator: me.discriminator,
        avatar: settings.profile({ ...me, avatar: me.avatar ?? null }).image,
        email: me.email ?? null,
        emailVerified: me.verified === true,
      };
      if (!deps.config.guildId) return person;
      const membership = await get(
        deps,
        `${at(deps, settings.userinfo)}/guilds/${deps.config.guildId}/member`,
        token,
        [404],
      );
      return { ...person, roles: membership.status === 404 ? null : parsed(deps, Membership, membership).roles };
    },
  };
}

export type DiscordClient = ReturnType<typeof createDiscordClient>;
