/**
 * Configuration: environment variables, read only here and parsed once. Invalid values stop the start with one line per
 * mistake. .env.example describes every name.
 */
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { z } from "zod";
import { type LdapSettings, ldapNotice, parseLdap } from "./env.ldap";
import { parseSso, type SsoSettings } from "./env.sso";
import { failStart, StartError } from "./startup/start-error";

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  );
/** Keys that documents print as examples, which anybody can read. */
const PUBLISHED_KEYS = /^(your[-_]secret[-_]key([-_]here)?|change[-_]?me)$/i;
const newSecretKey = () => randomBytes(32).toString("base64url");

const flag = z
  .enum(["true", "false", "1", "0", ""])
  .default("false")
  .transform((text) => text === "true" || text === "1");
const snowflake = z
  .string()
  .regex(/^\d{1,20}$/, { error: "must be an id of Discord: digits only" })
  .optional();
/**
 * The address at which a sign-in ends: a web address or an app's own scheme, but no scheme that a browser would
 * execute.
 */
const redirect = z
  .url({ error: "must be an address such as https://app.example.org/in or myapp://oauth" })
  .refine((url) => !/^(javascript|data|vbscript|file|blob|about):/i.test(url), { error: "is no address to return to" })
  .optional();
const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const NO_RANGE = "must be addresses or networks such as 192.168.1.0/24, separated by commas";

/** The base URL of a service; paths are appended to it. */
const base = (fallback: string) =>
  z
    .url({ protocol: /^https?$/ })
    .default(fallback)
    .transform((url) => url.replace(/\/+$/, ""));

const Env = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
  PORT: whole(5000, 0, 65535),
  HOST: z.string().default("0.0.0.0"),
  STOP_GRACE_S: whole(2, 0, 300),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: z
    .string()
    .default("./data")
    .transform((dir) => resolve(dir)),
  /** The root folder of downloads; the configuration chooses a folder within it. */
  DOWNLOAD_DIR: z
    .string()
    .transform((dir) => resolve(dir))
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(file:|postgres(ql)?:\/\/)/, { error: "must start with file: or postgres://" })
    .optional(),
  SQLITE_SYNCHRONOUS: z.enum(["NORMAL", "FULL"]).default("NORMAL"),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, { error: "must start with redis:// or rediss://" })
    .optional(),
  SECRET_KEY: z
    .string()
    .refine((key) => !PUBLISHED_KEYS.test(key), {
      error: () => `is a published example. Replace it, for example by ${newSecretKey()}`,
      abort: true,
    })
    .min(32, { error: "must have at least 32 characters" })
    .optional(),
  /** The key before SECRET_KEY, until `npm run admin -- rotate-key` has replaced it everywhere. */
  SECRET_KEY_OLD: z.string().optional(),
  API_ADMIN_USER: z.string().optional(),
  API_ADMIN_PASS: z.string().min(8).optional(),
  API_ADMIN_EMAIL: z.email().optional(),
  API_EXTRA_USERS: list,
  API_TOKEN: z.string().trim().min(16, { error: "must have at least 16 characters" }).optional(),
  /** Whether everybody may sign up. `verified`: an account is created only when the link in an email is opened. */
  OPEN_SIGNUP: z
    .enum(["true", "false", "1", "0", "", "verified"])
    .default("true")
    .transform((text) => (text === "verified" ? text : text === "true" || text === "1")),
  /** Whether passwords sign in; `off` for servers that use single sign-on alone. */
  AUTH_PASSWORD: z
    .enum(["on", "off"])
    .default("on")
    .transform((text) => text === "on"),
  /** When the pages' process starts: with the server, or with the first request for a page. */
  PAGES_START: z.enum(["boot", "request"]).default("boot"),
  OPEN_BOT_API: flag,
  OPEN_OPS_API: flag,
  OPEN_API_CIDRS: list.pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: NO_RANGE }))),
  CORS_ORIGINS: list,
  TRUST_PROXY: whole(0, 0, 10),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, { error: "must start with smtp:// or smtps://" })
    .optional(),
  MAIL_FROM: z.string().default("Muster <muster@localhost>"),
  ATTACHMENT_MAX_BYTES: whole(10_485_760, 1_024, 1_073_741_824),
  BOT_OFFLINE_AFTER_S: whole(60, 1, 86_400),
  GRAPHQL_INTROSPECTION: flag.default(true),
  OPEN_METRICS: flag,
  /** `mltb` adds metrics under the names of document 002's own program. */
  METRICS_COMPAT: z.enum(["mltb"]).optional(),
  METRICS_TOKEN: z.string().min(16, { error: "must have at least 16 characters" }).optional(),
  /** OpenTelemetry is on if this is set. The exporters read the standard variables of headers, timeouts and certificates. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_SDK_DISABLED: flag,
  OTEL_TRACES_EXPORTER: z.enum(["otlp", "none"]).default("otlp"),
  OTEL_METRICS_EXPORTER: z.enum(["otlp", "none"]).default("otlp"),
  OTEL_LOGS_EXPORTER: z.enum(["otlp", "none"]).default("otlp"),
  OTEL_TRACES_SAMPLER: z
    .enum(["always_on", "always_off", "traceidratio"].flatMap((name) => [name, `parentbased_${name}`]))
    .default("parentbased_always_on"),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_METRIC_EXPORT_INTERVAL: whole(60_000, 1_000, 3_600_000),
  DOGSTATSD_ADDR: z
    .string()
    .regex(/^(\[[\da-f:.]+\]|[^\s:/@?#]+):\d{1,5}$/i, { error: "must be host:port, such as 127.0.0.1:8125" })
    .optional(),
  RATE_LIMIT_FACTOR: z.coerce.number().min(0.01).max(1_000_000).default(1),
  OUTBOUND_ALLOW_CIDRS: list,
  PLUGINS_DIR: z
    .string()
    .transform((dir) => resolve(dir))
    .optional(),
  DISCORD_CLIENT_ID: z.string().optional(),
  DISCORD_CLIENT_SECRET: z.string().optional(),
  DISCORD_TOKEN: z.string().trim().optional(),
  DISCORD_API_URL: z
    .url({ protocol: /^https?$/ })
    .default("https://discord.com/api")
    .transform((url) => url.replace(/\/+$/, "")),
  DISCORD_CDN_URL: base("https://cdn.discordapp.com"),
  DISCORD_REDIRECT_URI: z.url({ protocol: /^https?$/ }).optional(),
  DISCORD_GUILD_ID: snowflake,
  ADMIN_ROLE_ID: snowflake,
  MODERATOR_ROLE_ID: snowflake,
  LOOTLING_ROLE_ID: snowflake,
  OAUTH_REDIRECT_WEB: redirect,
  OAUTH_REDIRECT_ANDROID: redirect,
  OAUTH_REDIRECT_IOS: redirect,
  FCM_SERVICE_ACCOUNT: z.string().optional(),
  FCM_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .default("https://fcm.googleapis.com")
    .transform((url) => url.replace(/\/+$/, "")),
  ROCKET_LEAGUE_API_URL: base("https://api.tracker.gg"),
  ROCKET_LEAGUE_API_KEY: z.string().optional(),
  REDDIT_API_URL: base("https://www.reddit.com"),
  LEMMY_API_URL: base("https://lemmy.world"),
  MEME_TEMPLATES_API_URL: base("https://api.imgflip.com"),
  IMGFLIP_USERNAME: z.string().trim().optional(),
  IMGFLIP_PASSWORD: z.string().optional(),
  /** The least role of people who may start transfers. */
  TRANSFERS_ROLE: z.enum(["user", "moderator", "admin"]).default("user"),
  TRANSFER_MAX_BYTES: whole(107_374_182_400, 1, Number.MAX_SAFE_INTEGER),
  TRANSFER_CONNECTIONS: whole(4, 1, 16),
  TRANSFER_BYTES_PER_S: whole(0, 0, Number.MAX_SAFE_INTEGER),
  ARIA2_RPC_URL: z.url({ protocol: /^https?$/ }).optional(),
  ARIA2_RPC_SECRET: z.string().optional(),
  GDRIVE_SERVICE_ACCOUNT: z.string().optional(),
  GDRIVE_API_URL: base("https://www.googleapis.com"),
  S3_BUCKET: z.string().optional(),
  S3_REGION: z.string().default("us-east-1"),
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  TELEGRAM_API_URL: base("https://api.telegram.org"),
  FEEDS_TIMEOUT_MS: whole(8_000, 100, 60_000),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

export type Env = z.infer<typeof Env> & {
  /** The providers of single sign-on. */
  sso: SsoSettings[];
  /** The LDAP directory, if there is one. */
  ldap?: LdapSettings;
  DATABASE_URL: string;
  provider: "sqlite" | "postgresql";
  production: boolean;
  /** Whether replies are checked against their contract (in development and tests). */
  checkReplies: boolean;
  /** Warnings about settings that will not have the effect that an operator may expect; logged at start. */
  notices: string[];
};

/** Accepts document 003's names for variables that have another name here. If both are set, the other name wins. */
function withAliases(given: Record<string, string | undefined>): Record<string, string | undefined> {
  const { API_PORT, REDIS_HOST, REDIS_PORT = "6379" } = given;
  const host = REDIS_HOST?.includes(":") ? `[${REDIS_HOST}]` : REDIS_HOST;
  return {
    ...(API_PORT && { PORT: API_PORT }),
    ...(host && { REDIS_URL: `redis://${host}:${REDIS_PORT}` }),
    ...given,
  };
}

function noticesOf(given: Record<string, string | undefined>): string[] {
  const roles = ["ADMIN_ROLE_ID", "MODERATOR_ROLE_ID", "LOOTLING_ROLE_ID"].filter((name) => given[name]);
  return [
    given.FCM_SERVER_KEY &&
      "FCM_SERVER_KEY does nothing: Google has shut that API down. Set FCM_SERVICE_ACCOUNT for pushes by FCM",
    given.DISCORD_CLIENT_ID &&
      roles.length > 0 &&
      !given.DISCORD_GUILD_ID &&
      `Sign-in by Discord stays off until ${given.DISCORD_TOKEN ? "the guild is found, or " : ""}DISCORD_GUILD_ID is set: ${roles.join(", ")} can be looked up in a guild only`,
    given.METRICS_TOKEN &&
      /^(true|1)$/.test(given.OPEN_METRICS ?? "") &&
      "METRICS_TOKEN protects nothing while OPEN_METRICS=true: /metrics is open to anybody",
  ].filter((notice) => typeof notice === "string" && notice !== "") as string[];
}

/** @throws Error listing every bad variable, one a line */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const given = withAliases(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== "")));
  const parsed = Env.safeParse(given);
  const { providers: sso, ...single } = parseSso(given);
  const { ldap, ...directory } = parseLdap(given);
  const mistakes = [...single.mistakes, ...directory.mistakes];
  if (!parsed.success || mistakes.length > 0) {
    const issues = parsed.error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];
    const lines = [...issues, ...mistakes].map((line) => `  ${line}`);
    throw new StartError(`The environment has values Muster cannot use:\n${lines.join("\n")}\nSee .env.example.`);
  }
  const env = parsed.data;
  if (env.OPEN_SIGNUP === "verified" && !env.SMTP_URL)
    throw new Error("OPEN_SIGNUP=verified sends mail: set SMTP_URL as well. See .env.example.");
  if (Boolean(env.API_ADMIN_USER) !== Boolean(env.API_ADMIN_PASS))
    throw new StartError("Set both API_ADMIN_USER and API_ADMIN_PASS, or neither. See .env.example.");
  if (Boolean(env.DISCORD_CLIENT_ID) !== Boolean(env.DISCORD_CLIENT_SECRET))
    throw new StartError("Set both DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET, or neither. See .env.example.");
  if (!env.AUTH_PASSWORD && sso.length === 0 && !env.DISCORD_CLIENT_ID && !ldap)
    throw new StartError(
      "AUTH_PASSWORD=off leaves no way to sign in: set OIDC_ISSUER and OIDC_CLIENT_ID, or another provider.",
    );
  const url = env.DATABASE_URL ?? `file:${resolve(env.DATA_DIR, "muster.db")}`;
  return {
    ...env,
    sso,
    ldap,
    DATABASE_URL: url,
    provider: url.startsWith("file:") ? "sqlite" : "postgresql",
    production: env.NODE_ENV === "production",
    checkReplies: env.NODE_ENV !== "production" || source.MUSTER_CHECK_REPLIES === "1",
    notices: [...noticesOf(given), ldapNotice(ldap) ?? []].flat(),
  };
}

function readEnv(): Env {
  try {
    return parseEnv(process.env);
  } catch (error) {
    // Every program that imports this module needs the environment, so end the process.
    return failStart(error);
  }
}

/** Variables that say how a program runs, and nothing of what it serves. */
const INHERITED = [
  ...["PATH", "HOME", "TZ", "LANG", "LC_ALL", "TMPDIR", "NO_COLOR", "FORCE_COLOR", "TERM"],
  // Windows does not start programs without these.
  ...["SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"],
];

/** Returns the environment of a child process that must not see the server's settings and secrets. */
export const inheritedVariables = (): Record<string, string> =>
  Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

export const env: Env = readEnv();
/** The address at which people reach the server, without a slash at its end. Links in mails and at other programs begin with it. */
export const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, "");
// next-auth reads its own address only from the environment.
process.env.NEXTAUTH_URL ??= publicUrl;
