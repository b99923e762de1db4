/**
 * The actions of plugins: each call is checked, counted against its budget, and refused without the permission it
 * needs.
 */
import { z } from "zod";
import { BotId, JsonObject } from "@/lib/core/contract";
import { AppError } from "@/lib/core/errors";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { ownPath } from "@/lib/core/own-path";
import { CommandType, type DispatchOptions } from "@/lib/fleet/commands/contract";
import type { LogLevel, Permission } from "./contract";

/**
 * The limit of commands, replies and notifications per minute, counted together; HTTP requests have a limit of their
 * own.
 */
const ACTIONS_PER_MINUTE = 120;
const REQUESTS_PER_MINUTE = 120;
const HTTP_BYTES = 262_144;
const HTTP_MS = 8_000;
const STORE_PER_MINUTE = 3_000;
/** Alerts have a low limit, because each may wake somebody up. */
const ALERTS_PER_MINUTE = 30;

const Key = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{1,128}$/u, { error: "must be 1 to 128 characters, without control characters" });
/** Comes from a line of JSON; z.json() knows no bigint. */
const Json = z.unknown().refine((value) => value !== undefined, { error: "is required" });
const Calls = {
  "store.get": z.object({ key: Key }),
  "store.set": z.object({ key: Key, value: Json }),
  "store.delete": z.object({ key: Key }),
  "store.keys": z.object({}),
  sendCommand: z.object({
    bot_id: BotId,
    type: CommandType,
    payload: JsonObject().default({}),
    expires_in: z.number().int().min(1).max(2_592_000).optional(),
    priority: z.number().int().min(-100).max(100).optional(),
    idempotency_key: z.string().min(1).max(200).optional(),
  }),
  replyTicket: z.object({ ticket_id: z.string().min(1).max(128), message: z.string().trim().min(1).max(4_000) }),
  notify: z.object({
    to: z.union([
      z.literal("all"),
      z.object({ role: z.enum(["user", "moderator", "admin"]) }),
      z.object({ user_ids: z.array(z.number().int()).min(1).max(100) }),
    ]),
    title: z.string().trim().min(1).max(200),
    body: z.string().trim().max(2_000).default(""),
    url: z
      .string()
      .max(2_000)
      .transform((text) => ownPath(text))
      .refine((path) => path !== undefined, { error: "must be a path of this console" })
      .optional(),
  }),
  alert: z
    .strictObject({
      level: z.enum(["info", "warning", "critical"]).default("warning"),
      message: z.string().trim().min(1).max(1_000).optional(),
      group: Key.optional(),
      resolve: z.boolean().default(false),
    })
    .superRefine(({ message, group, resolve }, context) => {
      const need = (path: string, why: string) => context.addIssue({ code: "custom", path: [path], message: why });
      if (resolve && group === undefined) need("group", "is needed to say what is over");
      if (!resolve && message === undefined) need("message", "is needed");
    }),
  http: z.object({
    url: z.string().max(4_000),
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
    headers: z
      .record(
        z.string().regex(/^[\w-]{1,64}$/),
        z
          .string()
          .max(4_000)
          .regex(/^[\t\x20-\x7e\x80-\xff]*$/),
      )
      .default({}),
    body: z.string().max(HTTP_BYTES).optional(),
    json: z.unknown().optional(),
  }),
};
type Method = keyof typeof Calls;
type Input<M extends Method> = z.output<(typeof Calls)[M]>;

const NEEDS: Partial<Record<Method, Permission>> = {
  sendCommand: "commands:send",
  replyTicket: "tickets:reply",
  notify: "notify",
  alert: "alerts:raise",
  http: "http",
};

export type ActionDeps = {
  values: {
    get(plugin: string, key: string): Promise<unknown>;
    /** @throws INVALID_INPUT the value is too large, or the plugin's storage is full */
    set(plugin: string, key: string, value: unknown): Promise<void>;
    delete(plugin: string, key: string): Promise<void>;
    keys(plugin: string): Promise<string[]>;
  };
  sendCommand(
    plugin: string,
    input: { bot_id: string; type: string; payload: Record<string, unknown> } & Partial<DispatchOptions>,
  ): Promise<{ id: string; status: string }>;
  replyTicket(plugin: string, ticketId: string, message: string): Promise<{ message_id: string }>;
  notify(plugin: string, notice: Input<"notify">): Promise<void>;
  /** @throws UNAVAILABLE too many alerts are open */
  raiseAlert(plugin: string, alert: Omit<Input<"alert">, "resolve" | "message"> & { message: string }): Promise<Raised>;
  /** @returns null when no alert of the group is open */
  resolveAlert(plugin: string, group: string): Promise<Raised | null>;
  outbound(url: string, options: OutboundRequest): Promise<OutboundReply>;
};
type Raised = { alert_id: string; state: string; count: number };

/**
 * Creates the calls of one plugin. The returned function takes a call's name and its arguments.
 *
 * @param say writes a line to the plugin's log
 */
export function createActions(
  plugin: string,
  permissions: readonly Permission[],
  deps: ActionDeps,
  say: (level: LogLevel, message: string) => void,
) {
  const spent = new Map<string, { count: number; until: number }>();
  function spend(budget: string, most: number) {
    const at = Date.now();
    const window = spent.get(budget);
    if (!window || window.until <= at) spent.set(budget, { count: 1, until: at + 60_000 });
    else if (++window.count > most)
      throw new AppError("RATE_LIMITED", `A plugin can do this at most ${most} times a minute`, undefined, 60);
  }

  const doing: { [M in Method]: (input: Input<M>) => Promise<unknown> } = {
    "store.get": ({ key }) => deps.values.get(plugin, key),
    "store.set": ({ key, value }) => deps.values.set(plugin, key, value),
    "store.delete": ({ key }) => deps.values.delete(plugin, key),
    "store.keys": () => deps.values.keys(plugin),
    sendCommand: (input) => deps.sendCommand(plugin, input),
    replyTicket: ({ ticket_id, message }) => deps.replyTicket(plugin, ticket_id, message),
    notify: (notice) => deps.notify(plugin, notice),
    async alert({ resolve, group, level, message = "" }) {
      const alert =
        resolve && group !== undefined
          ? await deps.resolveAlert(plugin, group)
          : await deps.raiseAlert(plugin, { level, message, group });
      if (!alert) return null;
      const { alert_id, state, count } = alert;
      const times = count > 1 ? `, ${count} times by now` : "";
      say(
        "info",
        resolve ? `Resolved the alert ${alert_id}` : `Raised a ${level} alert (${alert_id}${times}): ${message}`,
      );
      return { alert_id, state, count };
    },
    async http({ url, method, headers, body, json }) {
      const asJson: Record<string, string> = json === undefined ? {} : { "content-type": "application/json" };
      const reply = await deps.outbound(url, {
        method,
        headers: { "user-agent": `Muster plugin ${plugin}`, ...asJson, ...headers },
        body: json === undefined ? body : JSON.stringify(json),
        timeoutMs: HTTP_MS,
        maxBytes: HTTP_BYTES,
      });
      const plain = Object.entries(reply.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
      );
      return { status: reply.status, headers: Object.fromEntries(plain), body: reply.body.toString("utf8") };
    },
  };

  /** @throws AppError NOT_FOUND, FORBIDDEN, INVALID_INPUT, RATE_LIMITED, and what the action itself throws */
  return async function call(method: string, args: unknown): Promise<unknown> {
    if (!Object.hasOwn(Calls, method)) throw new AppError("NOT_FOUND", `There is no call ${method}`);
    const name = method as Method;
    const need = NEEDS[name];
    if (need && !permissions.includes(need))
      throw new AppError("FORBIDDEN", `${name} needs the permission "${need}": name it in plugin.json and reload`);
    const parsed = Calls[name].safeParse(args);
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0]!;
      throw new AppError("INVALID_INPUT", `${name}: ${[path.join("."), message].filter(Boolean).join(": ")}`);
    }
    if (name === "http") spend("http", REQUESTS_PER_MINUTE);
    else if (name === "alert") spend("alerts", ALERTS_PER_MINUTE);
    else if (need) spend("actions", ACTIONS_PER_MINUTE);
    else spend("store", STORE_PER_MINUTE);
    return doing[name](parsed.data as never);
  };
}
