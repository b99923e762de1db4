/**
 * The building blocks of contracts: the Operation type and the shapes that several rooms share. Browser-safe: imports
 * zod, lib/core/format/json and its own parts only.
 */
import { z } from "zod";
import { isInvisible, withoutDirection } from "./contract.names";
import { isTimeZone, parseInstant, parseTime, TIME_RULE } from "./contract.time";
import { writeJson } from "./format/json";

// In a browser zod would otherwise probe `new Function`, which the content security policy forbids and the browser reports.
if (typeof window !== "undefined") z.config({ jitless: true });

/** Machine-readable error codes and the HTTP status each one answers with. */
export const ERROR_STATUS = {
  INVALID_INPUT: 400,
  UNAUTHORIZED: 401,
  /** The password was right, and the account needs a one-time code too. */
  SECOND_FACTOR_REQUIRED: 401,
  FORBIDDEN: 403,
  /** The session has to prove again who uses it; `details.ways` says how. */
  STEP_UP_REQUIRED: 403,
  /** The server's policy demands a second factor, and the account has none. */
  SECOND_FACTOR_SETUP_REQUIRED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  /** The client stopped sending in the middle of an upload. */
  REQUEST_TIMEOUT: 408,
  CONFLICT: 409,
  /** Another instance of the bot was kept instead of this one. */
  SUPERSEDED: 409,
  /** The page was made for another person than the one whose session the browser now sends. */
  SESSION_CHANGED: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  /** A service that we called sent an invalid answer, refused, or could not be reached. */
  BAD_GATEWAY: 502,
  UNAVAILABLE: 503,
  GATEWAY_TIMEOUT: 504,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** One documented operation, with everything that OpenAPI, validation, the clients and the tests need. */
export type Operation = {
  /**
   * The operation's name, unique on this server: the `operationId` of OpenAPI. A verb and its object, e.g.
   * `sendCommand`.
   */
  id: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path, with parameters in braces, e.g. `/api/my-bots/{bot_id}`. The route file has the same path under app/. */
  path: `/${string}`;
  summary: string;
  description?: string;
  /** The document and section this implements, e.g. "000 Commands APIs"; "muster" for our own additions. */
  document: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Largest accepted body in bytes (default 256 kB). */
  maxBody?: number;
  /** The documented success code where it is not 200. */
  status?: 201 | 202;
  /** Set when the body is bytes instead of JSON: the accepted media types. */
  consumes?: readonly string[];
  response: z.ZodType;
  /** Set when a success may also have another type than JSON, such as a CSV export. */
  alsoProduces?: readonly string[];
  errors: readonly ErrorCode[];
  /**
   * Set on what somebody with a stolen session must not do: a session needs a proof that is at most fifteen minutes old, or
   * the answer is 403 STEP_UP_REQUIRED. On the documents' paths that holds only for accounts with a second factor, and
   * where the policy demands it. API keys prove nothing: with `fresh` their scope decides, with `session` they may not call.
   */
  proof?: "fresh" | "session";
  /** The path of the version in the reply, which its ETag carries, e.g. "rule.version". */
  etag?: string;
  /**
   * Set on updates that may name the version they were made from: in If-Match and, with `closed`, also in the body's
   * `version`. With `open` the body is a free-form object, so a `version` in it belongs to the caller.
   */
  update?: "closed" | "open";
  example?: { body?: unknown; response?: unknown };
};

/**
 * How to call an operation, without its schemas: pages load these, from `generated/calls`, because a contract would
 * bring zod along. `operation` is never set; it carries the contract's type.
 */
export type Call<O extends Operation = Operation> = Pick<Operation, "method" | "path"> & { readonly operation?: O };

/** Counted up by every change of what people edit. Readers get it as ETag, too. */
export const Version = z.number().int().min(0).max(2_147_483_647).meta({ description: "grows with every change" });
/** In the body of an update: refused with 409 when another version is stored by now. */
export const EditedVersion = Version.optional().meta({ description: "the version this edit was made from" });

/** In replies: fields that were sent and not used. */
export const Ignored = z
  .array(z.string())
  .optional()
  .meta({ description: "fields that were sent and could not be used" });

/** ISO-8601 in UTC, ending in Z. */
export const Time = z.iso.datetime().meta({ example: "2026-01-01T12:00:00.000Z" });

/** The most levels of objects and arrays in JSON that comes from outside. */
export const MAX_NESTING = 100;

/** Returns whether a JSON text nests at most MAX_NESTING levels deep. */
export function nestsWithin(text: string): boolean {
  if (text.length <= 2 * MAX_NESTING) return true;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_NESTING) return false;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return true;
}

const limited = (max: number) => ({
  fits(value: unknown): boolean {
    try {
      const text = writeJson(value);
      return text.length <= max && nestsWithin(text);
    } catch {
      // Nested so deeply that it cannot even be serialised.
      return false;
    }
  },
  error: `must be at most ${max} bytes of JSON, nested at most ${MAX_NESTING} levels deep`,
});

/**
 * Any JSON object, as it was sent. `z.record` would drop a key named `__proto__`, which is a key like any other in JSON:
 * parsed text holds it as the object's own. Copy such an object by spreading it; `Object.assign` would set a prototype.
 */
export const anyObject = (error?: string) =>
  z
    .custom<Record<string, unknown>>((value) => typeof value === "object" && value !== null && !Array.isArray(value), {
      error: ({ input, path }) => {
        if (error) return error;
        if (!path?.length) return "Send a JSON object";
        return input === undefined ? "is required" : "must be a JSON object";
      },
    })
    .meta({ type: "object" });
export const AnyObject = anyObject();

/** A JSON object of at most `max` bytes once written as text (default 64 kB), and of MAX_NESTING levels. */
export const JsonObject = (max = 65_536) => {
  const { fits, error } = limited(max);
  return AnyObject.refine(fits, { error });
};

/** A JSON list of at most `count` entries, limited in size and nesting like JsonObject. */
export const JsonList = (count: number, max = 65_536) => {
  const { fits, error } = limited(max);
  return z.array(z.unknown()).max(count).refine(fits, { error });
};

/**
 * A whole number ≥ 0 in a query string. Values above `max` are lowered to it; anything else is INVALID_INPUT.
 */
export const WholeNumber = (fallback: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: "must be a whole number of 0 or more" })
    .transform((text) => Math.min(Number(text), max))
    .default(fallback)
    .meta({ type: "integer", minimum: 0, maximum: max, default: fallback });

/** In queries of exports. */
export const Bom = z
  .enum(["0", "1", "false", "true"])
  .default("0")
  .transform((text) => text === "1" || text === "true")
  .meta({ type: "boolean", default: false, description: "begin CSV with a byte order mark, which Excel needs" });

/** The cursor at which the next page of a keyset list starts; opaque to callers. */
export const Cursor = z
  .string()
  .regex(/^\d{1,16}$/, { error: "is not a cursor of this list" })
  .optional()
  .meta({ description: "next_cursor of the page before" });

/** The order of a list by time. `usual` is the documented order, which applies by default. */
export const Order = (usual: "asc" | "desc") =>
  z.enum(["asc", "desc"]).optional().meta({
    default: usual,
    description: "`asc`: oldest first; `desc`: newest first. A cursor continues in the order in which it was issued.",
  });

/** A time in the body of a request; handlers get it in UTC, as Time. */
export const TimeInput = z
  .string()
  .max(64)
  .refine((text) => !Number.isNaN(parseTime(text)), { error: TIME_RULE })
  .transform((text) => new Date(parseTime(text)).toISOString())
  .meta({ format: "date-time", example: "2026-01-01T12:00:00+01:00" });

/** The name of a time zone. */
export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: "must be a time zone such as UTC or Europe/Berlin" })
  .meta({ example: "Europe/Berlin" });

/** An instant in a query string: a time, or a span back from now such as 15m, 1h, 7d. */
export const Instant = z
  .string()
  .max(64)
  // The "+" of an offset arrives as a space if it was sent unescaped.
  .transform((text) => text.replace(/(?<=:\d\d(\.\d+)?) (?=\d\d:?\d\d$)/, "+"))
  .refine((text) => !Number.isNaN(parseInstant(text, 0)), { error: `${TIME_RULE}, or a span such as 15m, 1h, 7d` })
  .meta({ example: "2026-01-01T12:00:00Z" })
  .optional();

/**
 * Converts an integer to its digits, for ids that other platforms send as JSON numbers; leaves anything else unchanged.
 */
export const integerAsText = (value: unknown): unknown =>
  typeof value === "bigint" || Number.isSafeInteger(value) ? String(value) : value;

/** An id of another platform: text, or a number, whose digits become the text. */
export const OutsideId = z.union([z.string().max(256), z.number().transform(String), z.bigint().transform(String)], {
  error: "must be a string of at most 256 characters, or a whole number",
});

/** In refinements of text that people must be able to see. */
export const VISIBLE_RULE = "must have at least one visible character, such as a letter or a digit";
export const isEmptyOrVisible = (text: string): boolean => text.trim() === "" || !isInvisible(text);

/** Like `Name`, for a name that may be empty. */
export const NameOrEmpty = (max: number) =>
  z.string().refine(isEmptyOrVisible, { error: VISIBLE_RULE }).overwrite(withoutDirection).trim().max(max);

/**
 * A name that people give something, of at most `max` characters. Every name that a request brings is read by this: one without a
 * visible character would show as nothing at all, and one with direction controls would reorder the text around it.
 */
export const Name = (max: number) => NameOrEmpty(max).min(1);

export const BotId = z.string().min(1).max(128).meta({ example: "bot_k3v9x2m7qp1c" });

export const Ok = z.object({ status: z.literal("ok") });
export const Success = z.object({ success: z.literal(true) });

/** The error body of Bot Manager, HAZE and shared paths (CONTRACT: errors). */
export const ErrorBody = z
  .object({ error: z.string(), code: z.string().optional(), details: z.record(z.string(), z.unknown()).optional() })
  .meta({ id: "Error" });
