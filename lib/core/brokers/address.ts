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
  /** The exchange, the beginning of the subject, or the stream. */
  place: string;
  /** Addresses with the same value share a connection. It contains the credentials. */
  connection: string;
  /** The address without credentials, for people. */
  hint: string;
};

type Rule = { ports: readonly [plain: number, secure: number]; parameter: string; place: string; allowed: RegExp };

const RULES: Record<BrokerKind, Rule> = {
  amqp: { ports: [5672, 5671], parameter: "exchange", place: "amq.topic", allowed: /^[\w.:-]{1,127}$/ },
  nats: { ports: [4222, 4222], parameter: "subject", place: "muster", allowed: /^[\w-]+(\.[\w-]+){0,15}$/ },
  redis: { ports: [6379, 6379], parameter: "stream", place: "muster", allowed: /^[\w.:{}-]{1,200}$/ },
};
const SECURE = new Set(["amqps:", "tls:", "rediss:"]);

const kindOf = (protocol: string): BrokerKind | undefined =>
  Object.hasOwn(BROKER_SCHEMES, protocol.slice(0, -1))
    ? BROKER_SCHEMES[protocol.slice(0, -1) as keyof typeof BROKER_SCHEMES]
    : undefined;

/** Decodes a part of a URL. @throws AppError INVALID_INPUT for the field `url` */
function decoded(text: string): string | undefined {
  try {
    return text === "" ? undefined : decodeURIComponent(text);
  } catch {
    throw invalid("url", "write a % in the user name or the password as %25");
  }
}

/** Chooses the place that an address names. @throws AppError INVALID_INPUT for the field `url` */
function placeOf(url: URL, { parameter, place: fallback, allowed }: Rule): string {
  for (const name of url.searchParams.keys())
    if (name !== parameter) throw invalid("url", `takes the parameter ${parameter} only, not ${cutText(name, 40)}`);
  const place = url.searchParams.get(parameter) ?? fallback;
  if (!allowed.test(place)) throw invalid("url", `${parameter} has characters that are not allowed, or is too long`);
  return place;
}

/**
 * Reads the address of a broker.
 *
 * @returns undefined when the scheme is that of no broker
 * @throws AppError INVALID_INPUT for the field `url`
 */
export function parseBrokerAddress(text: string): BrokerAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const kind = url && kindOf(url.protocol);
  if (!url || !kind) return undefined;
  if (url.hostname === "") throw invalid("url", "name the host of the broker");
  const rule = RULES[kind];
  const place = placeOf(url, rule);
  const isSecure = SECURE.has(url.protocol);
  const port = url.port === "" ? rule.ports[isSecure ? 1 : 0] : Number(url.port);
  const path = decoded(url.pathname.slice(1)) ?? "";
  if (kind === "redis" && !/^\d{0,4}$/.test(path))
    throw invalid("url", "the path is the number of a database of Redis");
  if (kind === "nats" && path !== "") throw invalid("url", "an address of NATS has no path: use ?subject=");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const credentials = { user: decoded(url.username), password: decoded(url.password) };
  return {
    ...{ kind, isSecure, host, port, ...credentials, path, place },
    connection: JSON.stringify([kind, isSecure, host, port, credentials, path]),
    hint: `${url.protocol}//${url.hostname}:${port}${url.pathname === "/" ? "" : url.pathname}?${rule.parameter}=${place}`,
  };
}
