/** The settings of sign-in by an LDAP directory: LDAP_*. There is a directory once LDAP_URL is set. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { flag, teamGroups } from "./env.sso";

const SERVER = /^ldaps?:\/\/[^/?#@\s]+\/?$/i;
const url = z.string().refine((text) => SERVER.test(text) && URL.canParse(text), {
  error:
    "must be ldap://host or ldaps://host, with a port if it is not 389 or 636; LDAP_BASE_DN and LDAP_BIND_DN have the rest",
});
const dn = z
  .string()
  .trim()
  .regex(/^[^=]+=.+$/, { error: "must be a name such as ou=people,dc=example,dc=org" });
const attribute = z
  .string()
  .trim()
  .regex(/^[A-Za-z][\w-]*$/, { error: "must be the name of an attribute, such as uid" });

/** Names of groups, separated by commas; by semicolons where a name is a DN, which has commas itself. */
const groups = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(/[;=]/.test(text) ? ";" : ",")
      .map((name) => name.trim())
      .filter(Boolean),
  );

/** Returns whether the text looks like a filter: the client would refuse another one at every sign-in. */
function isFilter(text: string): boolean {
  let depth = 0;
  for (const [at, char] of [...text].entries()) {
    depth += char === "(" ? 1 : char === ")" ? -1 : 0;
    if (depth < 0 || (depth === 0 && at < text.length - 1)) return false;
  }
  return text.startsWith("(") && depth === 0;
}
const filter = z
  .string()
  .trim()
  .refine(isFilter, { error: "must be a filter in parentheses, such as (uid={username})" });

const certificates = z.string().transform((file, ctx) => {
  const refuse = (message: string) => {
    ctx.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  try {
    const text = readFileSync(file, "utf8");
    if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
    return refuse(`${file} holds no certificate: it must be the authority's certificate in PEM form`);
  } catch (error) {
    return refuse(`cannot read ${file} (${(error as NodeJS.ErrnoException).code}): give the path of a PEM file`);
  }
});

const Settings = z.object({
  URL: url,
  TYPE: z.enum(["openldap", "ad"], { error: "must be openldap or ad" }).default("openldap"),
  /** The directory's name on the sign-in page. */
  NAME: z.string().trim().min(1).max(64).default("directory"),
  /** Encrypts ldap:// before the first password is sent; true unless it is set to false. */
  STARTTLS: flag.optional(),
  CA: certificates.optional(),
  BIND_DN: dn.optional(),
  BIND_PASSWORD: z.string().optional(),
  BASE_DN: dn,
  USER_FILTER: filter
    .refine((text) => text.includes("{username}"), { error: "must contain {username}, such as (uid={username})" })
    .optional(),
  ID_ATTRIBUTE: attribute.optional(),
  USERNAME_ATTRIBUTE: attribute.optional(),
  FULLNAME_ATTRIBUTE: attribute.optional(),
  EMAIL_ATTRIBUTE: attribute.default("mail"),
  /** People who match it are treated as disabled, beside those that the usual attributes say are. */
  DISABLED_FILTER: filter.optional(),
  GROUP_BASE_DN: dn.optional(),
  GROUP_FILTER: filter.optional(),
  GROUP_NAME_ATTRIBUTE: attribute.default("cn"),
  ADMIN_GROUPS: groups,
  MODERATOR_GROUPS: groups,
  ALLOWED_GROUPS: groups,
  TEAM_GROUPS: teamGroups,
  SIGNUP: flag.optional(),
  /** Milliseconds for a connection, and for each answer. */
  TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(5_000),
});

const DEFAULTS = {
  openldap: {
    USER_FILTER: "(&(objectClass=inetOrgPerson)(|(uid={username})(mail={username})))",
    ID_ATTRIBUTE: "entryUUID",
    USERNAME_ATTRIBUTE: "uid",
    FULLNAME_ATTRIBUTE: "cn",
    GROUP_FILTER: "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))",
  },
  ad: {
    USER_FILTER:
      "(&(objectCategory=person)(objectClass=user)(|(sAMAccountName={username})(userPrincipalName={username})(mail={username})))",
    ID_ATTRIBUTE: "objectGUID",
    USERNAME_ATTRIBUTE: "sAMAccountName",
    FULLNAME_ATTRIBUTE: "displayName",
    GROUP_FILTER: "(objectClass=group)",
  },
};

type Given = z.infer<typeof Settings>;
export type LdapSettings = Given & (typeof DEFAULTS)["openldap"] & { STARTTLS: boolean; GROUP_BASE_DN: string };

const NAME = new RegExp(`^LDAP_(${Object.keys(Settings.shape).join("|")})$`);

/** @returns the directory, if one is set, and one line for each mistake */
export function parseLdap(given: Record<string, string | undefined>): { ldap?: LdapSettings; mistakes: string[] } {
  const fields = Object.entries(given).flatMap(([name, value]) => {
    const field = NAME.exec(name)?.[1];
    return field === undefined || value === undefined ? [] : [[field, value] as const];
  });
  if (fields.length === 0) return { mistakes: [] };
  const { URL: server, BASE_DN, ...others } = Object.fromEntries(fields);
  const absent = Object.entries({ URL: server, BASE_DN }).flatMap(([name, value]) =>
    value === undefined ? [`LDAP_${name}: set it as well`] : [],
  );
  if (absent.length > 0) return { mistakes: absent };
  const parsed = Settings.safeParse({ ...others, URL: server, BASE_DN });
  if (!parsed.success)
    return { mistakes: parsed.error.issues.map(({ path, message }) => `LDAP_${path.join(".")}: ${message}`) };
  const settings = parsed.data;
  const isTls = /^ldaps:/i.test(settings.URL);
  const mistakes: string[] = [];
  if (isTls && settings.STARTTLS) mistakes.push("LDAP_STARTTLS: leave it out, ldaps:// is encrypted from the start");
  if ((settings.BIND_DN === undefined) !== (settings.BIND_PASSWORD === undefined))
    mistakes.push("LDAP_BIND_DN, LDAP_BIND_PASSWORD: set both, or neither to search without signing in");
  const STARTTLS = !isTls && settings.STARTTLS !== false;
  const ldap = {
    ...{ ...DEFAULTS[settings.TYPE], GROUP_BASE_DN: settings.BASE_DN },
    ...(withoutUndefined(settings) as Given),
    STARTTLS,
  };
  return { ldap: ldap as LdapSettings, mistakes };
}

const withoutUndefined = (values: object) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** The warning about passwords that anybody on the way can read. */
export const ldapNotice = (ldap: LdapSettings | undefined): string | undefined =>
  ldap && !ldap.STARTTLS && /^ldap:/i.test(ldap.URL)
    ? "LDAP_STARTTLS=false: passwords travel to the directory unencrypted"
    : undefined;
