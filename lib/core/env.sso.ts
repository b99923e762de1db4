/**
 * The settings of single sign-on: OIDC_*, OIDC_2_* to OIDC_9_*, GOOGLE_* and GITHUB_*, one provider each. A provider exists
 * once its CLIENT_ID is set.
 */
import { z } from "zod";

/** Names of groups, separated by commas, or by semicolons where a name contains a comma. */
const groups = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(text.includes(";") ? ";" : ",")
      .map((name) => name.trim())
      .filter(Boolean),
  );
const TEAM_GROUP = /^(.+)=(\d{10}):(viewer|operator|maintainer)$/;
/** The largest number of a team. PostgreSQL refuses to look for a larger one, and every sign-in of the group would fail. */
const TEAM_MAX = 2 ** 31 - 1;
/** Groups that mean a role in a team: `ops=1234567890:operator`. */
export const teamGroups = groups.transform((entries, ctx) =>
  entries.flatMap((entry) => {
    const [, group, team, role] = TEAM_GROUP.exec(entry) ?? [];
    if (group && Number(team) <= TEAM_MAX)
      return [{ group, team_id: Number(team), role: role as "viewer" | "operator" | "maintainer" }];
    const message = `"${entry}" must be group=team:role, such as ops=1234567890:operator; the team's number is in the address of its page`;
    ctx.addIssue({ code: "custom", message });
    return [];
  }),
);
export const flag = z.enum(["true", "false", "1", "0"]).transform((text) => text === "true" || text === "1");
const address = z.url({ protocol: /^https?$/, error: "must be an http or https address" });
const withoutSlash = (url: string) => url.replace(/\/+$/, "");

const Settings = z.object({
  CLIENT_ID: z.string(),
  CLIENT_SECRET: z.string().optional(),
  /** The name on the sign-in button. */
  NAME: z.string().trim().min(1).max(64).optional(),
  /** Discovery and the claim `iss` must have exactly this value, so it stays as it was typed. */
  ISSUER: address.optional(),
  /** GitHub Enterprise: the addresses of its pages and of its API. */
  URL: address.transform(withoutSlash).default("https://github.com"),
  API_URL: address.transform(withoutSlash).default("https://api.github.com"),
  SCOPES: z.string().optional(),
  GROUPS_CLAIM: z.string().default("groups"),
  ADMIN_GROUPS: groups,
  MODERATOR_GROUPS: groups,
  /** Once set, people in none of the three kinds of groups are refused. */
  ALLOWED_GROUPS: groups,
  /** Roles in teams that people get, change and lose with their groups, at each sign-in. */
  TEAM_GROUPS: teamGroups,
  /** Whether a first sign-in makes an account; what OPEN_SIGNUP says unless set. */
  SIGNUP: flag.optional(),
  /** Takes addresses as verified although the issuer sends no `email_verified`. */
  TRUST_EMAIL: flag.default(false),
});

export type SsoSettings = z.infer<typeof Settings> & { id: string; kind: "oidc" | "github"; name: string };

const NAME = new RegExp(`^(OIDC(?:_[2-9])?|GOOGLE|GITHUB)_(${Object.keys(Settings.shape).join("|")})$`);
const GOOGLE_ISSUER = "https://accounts.google.com";

/** @returns the providers in the order OIDC, OIDC_2 …, GOOGLE, GITHUB, and one line for each mistake */
export function parseSso(given: Record<string, string | undefined>): { providers: SsoSettings[]; mistakes: string[] } {
  const found = new Map<string, Record<string, string>>();
  for (const [name, value] of Object.entries(given)) {
    const [, prefix, field] = NAME.exec(name) ?? [];
    if (!prefix || !field || value === undefined) continue;
    found.set(prefix, { ...found.get(prefix), [field]: value });
  }
  const mistakes: string[] = [];
  const providers = [...found]
    .sort(([a], [b]) => order(a) - order(b))
    .flatMap(([prefix, fields]) => {
      const parsed = Settings.safeParse(fields);
      if (!parsed.success) {
        mistakes.push(...parsed.error.issues.map(({ path, message }) => `${prefix}_${path.join(".")}: ${message}`));
        return [];
      }
      const provider = complete(prefix, parsed.data);
      if (provider.kind === "oidc" && !provider.ISSUER) mistakes.push(`${prefix}_ISSUER: set it as well`);
      if (prefix === "GITHUB" && !provider.CLIENT_SECRET) mistakes.push("GITHUB_CLIENT_SECRET: set it as well");
      return [provider];
    });
  return { providers, mistakes };
}

const order = (prefix: string) => (prefix === "GITHUB" ? 11 : prefix === "GOOGLE" ? 10 : Number(prefix.at(-1)) || 1);

function complete(prefix: string, settings: z.infer<typeof Settings>): SsoSettings {
  const id = prefix.toLowerCase().replace("_", "-");
  if (prefix === "GITHUB") return { ...settings, id, kind: "github", name: settings.NAME ?? "GitHub" };
  if (prefix === "GOOGLE")
    return { ISSUER: GOOGLE_ISSUER, ...settings, id, kind: "oidc", name: settings.NAME ?? "Google" };
  return { ...settings, id, kind: "oidc", name: settings.NAME ?? "single sign-on" };
}
