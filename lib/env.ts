/**
 * Configuration: environment only, read here and nowhere else, parsed once. A bad value stops the start
 * with a line per mistake. Every name is described in .env.example.
 */
import { resolve } from "node:path";
import { z } from "zod";
import { singleton } from "./singleton";

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  );
const flag = z
  .enum(["true", "false", "1", "0", ""])
  .default("false")
  .transform((text) => text === "true" || text === "1");
const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const Env = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
  PORT: whole(5000, 0, 65535),
  HOST: z.string().default("0.0.0.0"),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: z
    .string()
    .default("./data")
    .transform((dir) => resolve(dir)),
  DATABASE_URL: z
    .string()
    .regex(/^(file:|postgres(ql)?:\/\/)/, { error: "must start with file: or postgres://" })
    .optional(),
  SQLITE_SYNCHRONOUS: z.enum(["NORMAL", "FULL"]).default("NORMAL"),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, { error: "must start with redis:// or rediss://" })
    .optional(),
  SECRET_KEY: z.string().min(32, { error: "must have at least 32 characters" }).optional(),
  API_ADMIN_USER: z.string().optional(),
  API_ADMIN_PASS: z.string().min(8).optional(),
  API_ADMIN_EMAIL: z.email().optional(),
  API_EXTRA_USERS: list,
  API_TOKEN: z.string().min(16, { error: "must have at least 16 characters" }).optional(),
  OPEN_SIGNUP: flag.default(true),
  OPEN_BOT_API: flag,
  CORS_ORIGINS: list,
  TRUST_PROXY: whole(0, 0, 10),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, { error: "must start with smtp:// or smtps://" })
    .optional(),
  MAIL_FROM: z.string().default("Muster <muster@localhost>"),
  BOT_OFFLINE_AFTER_S: whole(60, 1, 86_400),
  RATE_LIMIT_FACTOR: z.coerce.number().min(0.01).max(1_000_000).default(1),
  OUTBOUND_ALLOW_CIDRS: list,
  DISCORD_CLIENT_ID: z.string().optional(),
  DISCORD_CLIENT_SECRET: z.string().optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

export type Env = z.infer<typeof Env> & {
  DATABASE_URL: string;
  provider: "sqlite" | "postgresql";
  production: boolean;
  /** Replies are checked against their contract (development and test). */
  checkReplies: boolean;
};

/** @throws Error listing every bad variable, one a line */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = Env.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The environment has values Muster cannot use:\n${lines.join("\n")}\nSee .env.example.`);
  }
  const env = parsed.data;
  if (Boolean(env.API_ADMIN_USER) !== Boolean(env.API_ADMIN_PASS))
    throw new Error("Set both API_ADMIN_USER and API_ADMIN_PASS, or neither. See .env.example.");
  if (Boolean(env.DISCORD_CLIENT_ID) !== Boolean(env.DISCORD_CLIENT_SECRET))
    throw new Error("Set both DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET, or neither. See .env.example.");
  const url = env.DATABASE_URL ?? `file:${resolve(env.DATA_DIR, "muster.db")}`;
  return {
    ...env,
    DATABASE_URL: url,
    provider: url.startsWith("file:") ? "sqlite" : "postgresql",
    production: env.NODE_ENV === "production",
    checkReplies: env.NODE_ENV !== "production" || source.MUSTER_CHECK_REPLIES === "1",
  };
}

export const env: Env = singleton("env", () => {
  const parsed = parseEnv(process.env);
  // next-auth takes its own address from here and from nowhere else.
  process.env.NEXTAUTH_URL ??= parsed.PUBLIC_URL ?? `http://localhost:${parsed.PORT}`;
  return parsed;
});
