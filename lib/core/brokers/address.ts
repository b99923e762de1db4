/**
 * Reads the address of a message broker: the URL that other programs use for it, and one parameter that names the place within it,
 * such as `amqps://user:password@rabbit.internal/vhost?exchange=bots`.
 */
import { invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { BROKER_SCHEMES, type BrokerKind } from "./contract";

export type BrokerAddress = {
  kind: BrokerKind;
  isSecure: boolean;
  host: string;
  port: number;
  user: string | undefined;
  password: string | undefined;
  /** The virtual host of AMQP or the number of the database of Redis; empty where the address names none. */
  path: string;
  /** The exchange, the beginning of the subject, the queue, or the stream. */
  place: string;
  /** The consumer of a NATS stream, or the group of a Redis stream, that messages are read as. */
  group: string | undefined;
  /** Addresses with the same value share a connection. It contains the credentials. */
  connection: string;
  /** The address without credentials, for people. */
  hint: string;
};

/** Messages are published to an address, or consumed from it. */
type Use = "publish" | "consume";
/** A parameter of the address. Without a fallback it is required. */
type Parameter = { name: string; fallback?: string; allowed: RegExp };
type Rule = { ports: readonly [plain: number, secure: number] } & Record<Use, readonly [Parameter, Parameter?]>;

const AMQP_NAME = /^[\w.:-]{1,127}$/;
const NATS_NAME = /^[\w-]{1,100}$/;
const REDIS_NAME = /^[\w.:{}-]{1,200}$/;
const RULES: Record<BrokerKind, Rule> = {
  amqp: {
    ports: [5672, 5671],
    publish: [{ name: "exchange", fallback: "amq.topic", allowed: AMQP_NAME }],
    consume: [{ name: "queue", allowed: AMQP_NAME }],
  },
  nats: {
    ports: [4222, 4222],
    publish: [{ name: "subject", fallback: "muster", allowed: /^[\w-]+(\.[\w-]+){0,15}$/ }],
    consume: [
      { name: "stream", allowed: NATS_NAME },
      { name: "consumer", fallback: "muster", allowed: NATS_NAME },
    ],
  },
  redis: {
    ports: [6379, 6379],
    publish: [{ name: "stream", fallback: "muster", allowed: REDIS_NAME }],
    consume: [
      { name: "stream", allowed: REDIS_NAME },
      { name: "group", fallback: "muster", allowed: REDIS_NAME },
    ],
  },
};
const SECURE = new Set(["amqps:", "tls:", "rediss:"]);

const kindOf = (protocol: string): BrokerKind | undefined =>
  Object.hasOwn(BROKER_SCHEMES, protocol.slice(0, -1))
    ? BROKER_SCHEMES[protocol.slice(0, -1) as keyof typeof BROKER_SCHEMES]
    : undefined;

/** Names the field that people entered the address in. */
const wrong = (use: Use, message: string) => invalid(use === "publish" ? "url" : "source", message);

/** Decodes a part of a URL. @throws AppError INVALID_INPUT */
function decoded(text: string, use: Use): string | undefined {
  try {
    return text === "" ? undefined : decodeURIComponent(text);
  } catch {
    throw wrong(use, "write a % in the user name or the password as %25");
  }
}

/** Reads the parameters of an address. @throws AppError INVALID_INPUT */
function readParameters(url: URL, rule: Rule, use: Use): string[] {
  const known = rule[use].flatMap((one) => one ?? []);
  for (const name of url.searchParams.keys())
    if (!known.some((one) => one.name === name))
      throw wrong(use, `takes ${known.map((one) => one.name).join(" and ")} only, not ${cutText(name, 40)}`);
  return known.map(({ name, fallback, allowed }) => {
    const value = url.searchParams.get(name) ?? fallback;
    if (value === undefined) throw wrong(use, `name the ${name}, as ?${name}=…`);
    if (!allowed.test(value)) throw wrong(use, `${name} has characters that are not allowed, or is too long`);
    return value;
  });
}

/**
 * Reads the address of a broker.
 *
 * @returns undefined when the scheme is that of no broker
 * @throws AppError INVALID_INPUT
 */
export function parseBrokerAddress(text: string, use: Use = "publish"): BrokerAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const kind = url && kindOf(url.protocol);
  if (!url || !kind) return undefined;
  if (url.hostname === "") throw wrong(use, "name the host of the broker");
  const rule = RULES[kind];
  const values = readParameters(url, rule, use);
  const parameters = values.map((value, at) => `${rule[use][at]!.name}=${value}`).join("&");
  const isSecure = SECURE.has(url.protocol);
  const port = url.port === "" ? rule.ports[isSecure ? 1 : 0] : Number(url.port);
  const path = decoded(url.pathname.slice(1), use) ?? "";
  if (kind === "redis" && !/^\d{0,4}$/.test(path)) throw wrong(use, "the path is the number of a database of Redis");
  if (kind === "nats" && path !== "") throw wrong(use, "an address of NATS has no path: use ?subject=");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const credentials = { user: decoded(url.username, use), password: decoded(url.password, use) };
  return {
    ...{ kind, isSecure, host, port, ...credentials, path, place: values[0]!, group: values[1] },
    connection: JSON.stringify([kind, isSecure, host, port, credentials, path]),
    hint: `${url.protocol}//${url.hostname}:${port}${url.pathname === "/" ? "" : url.pathname}?${parameters}`,
  };
}
