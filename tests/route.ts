/** A route with a handler that the test chooses, asked without a server. */
import { vi } from "vitest";
import { z } from "zod";
import type { BotActor, UserActor } from "@/lib/core/actor";
import type { Operation } from "@/lib/core/contract";
import { AppError } from "@/lib/core/errors";
import { route } from "@/lib/edge/http";
import type { Incoming } from "@/lib/edge/http/body/incoming";
import { fakeApp } from "./app";

export const who = { actor: undefined as unknown, bots: new Map<string, unknown>() };

export const contract = {
  id: "changeThing",
  method: "POST",
  path: "/api/things/{thing_id}",
  summary: "Test",
  document: "muster",
  params: z.object({ thing_id: z.string().max(8) }),
  query: z.object({ limit: z.string().regex(/^\d+$/).optional() }),
  body: z.object({ name: z.string(), list: z.array(z.union([z.number(), z.object({ deep: z.string() })])).optional() }),
  maxBody: 200,
  response: z.object({ ok: z.boolean() }),
  errors: [],
} as const satisfies Operation;

export const user = (over: Partial<UserActor> = {}): UserActor => ({
  kind: "user",
  user_id: Math.floor(Math.random() * 1e9),
  username: "ada",
  email: "",
  fullname: "",
  role: "user",
  scope: "admin",
  created_at: "",
  ...over,
});
export const bot = (over = {}) => ({ kind: "bot", bot_id: "b1", owner_id: 1, unclaimed: false, ...over });

export type Sent = {
  pattern?: string;
  method?: string;
  headers?: Record<string, string>;
  query?: string;
  body?: string;
  thing_id?: string;
  isPageRead?: boolean;
  ip?: string;
};
export const incoming = ({
  pattern,
  isPageRead,
  method = "POST",
  headers = {},
  query = "",
  body = '{"name":"x"}',
  ip = `192.0.2.${Math.floor(Math.random() * 1e6)}`,
}: Sent): Incoming => ({
  method,
  pattern,
  isPageRead,
  path: "/api/things/t1",
  query,
  header: (name) => headers[name],
  headerNames: () => Object.keys(headers),
  ip,
  secure: false,
  text: async (max) => {
    if (body.length > max) throw new AppError("PAYLOAD_TOO_LARGE", "too large");
    return body;
  },
  async *bytes() {
    yield Buffer.from(body);
  },
  onLost: () => {},
  signal: new AbortController().signal,
});

export const demand = vi.fn(async (_feature: string) => {});
export const demandProof = vi.fn(async () => {});
export const refused = vi.fn(async () => {});
export const app = fakeApp({
  accounts: {
    demandProof,
    demandSecondFactor: async () => {},
    byBearer: async (token: string) => (token === "user" ? (who.actor as UserActor) : null),
    bySessionToken: async (value: string) => (value === "session" ? (who.actor as UserActor) : null),
  },
  bots: { byToken: async (token: string) => (who.bots.get(token) as BotActor | undefined) ?? null },
  config: { demand },
  audit: { perform: async (_, work) => work(), watch: async (_, work) => work(), refused },
});

export const handle = vi.fn((_call: unknown): unknown => ({ ok: true }));

/** Call before each test. */
export function resetRoute(): void {
  who.actor = user();
  who.bots.clear();
  refused.mockClear();
  handle.mockReset().mockReturnValue({ ok: true });
}

export type RouteConfig = Partial<Parameters<typeof route>[0]>;

/** Asks the route, and returns its reply with the JSON in it. */
export async function ask(sent: Sent = {}, config: RouteConfig = {}) {
  const made = route({ contract, auth: ["user"], rateLimit: "rest", handle: handle as never, ...config } as never);
  const reply = await made.direct(app, incoming(sent), { thing_id: sent.thing_id ?? "t1" });
  return { ...reply, json: reply.body ? JSON.parse(reply.body as string) : undefined };
}

export const signedIn = { authorization: "Bearer user" };
