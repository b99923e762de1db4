/** A person's entry in the directory, as its attributes describe it. */
import type { Entry } from "ldapts";
import type { LdapSettings } from "@/lib/core/env.ldap";

export type DirectoryEntry = {
  /** The entry's lasting id: entryUUID, or objectGUID in hexadecimal. */
  id: string;
  dn: string;
  username: string;
  fullname: string;
  email: string | null;
  isDisabled: boolean;
};

const DAY_MS = 86_400_000;
const ID_MAX = 128;
/** Windows counts time in 100 ns from the year 1601. */
const WINDOWS_EPOCH_MS = 11_644_473_600_000n;
const NEVER = 0x7fffffffffffffffn;
const ACCOUNT_DISABLED = 2;

/** The attributes that say in several kinds of directories that somebody may not sign in. */
const STATE = ["userAccountControl", "accountExpires", "shadowExpire", "pwdAccountLockedTime", "nsAccountLock"];

/** The attributes to ask for. */
export const attributesOf = (settings: LdapSettings): string[] => [
  ...[settings.ID_ATTRIBUTE, settings.USERNAME_ATTRIBUTE, settings.FULLNAME_ATTRIBUTE, settings.EMAIL_ATTRIBUTE],
  ...STATE,
];

/** The first value of an attribute. Servers may spell its name in another case. */
function firstOf(entry: Entry, name: string): string | Buffer | undefined {
  const key = Object.keys(entry).find((one) => one.toLowerCase() === name.toLowerCase());
  const value = key === undefined ? undefined : entry[key];
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined || first.length === 0 ? undefined : first;
}

const textOf = (entry: Entry, name: string): string | undefined => firstOf(entry, name)?.toString();

/** The id of an entry; undefined without one of a useful length. */
export function idOf(entry: Entry, { ID_ATTRIBUTE }: LdapSettings): string | undefined {
  const value = firstOf(entry, ID_ATTRIBUTE);
  const id = Buffer.isBuffer(value) ? value.toString("hex") : value;
  return id !== undefined && id.length <= ID_MAX ? id : undefined;
}

/** The id as the directory compares it. */
export const idValue = (id: string, { ID_ATTRIBUTE }: LdapSettings): string | Buffer =>
  isBinary(ID_ATTRIBUTE) ? Buffer.from(id, "hex") : id;

export const isBinary = (name: string): boolean => /^objectguid$/i.test(name);

/** Returns whether the usual attributes say that the person is disabled, locked for good, or expired. */
function isDisabled(entry: Entry, at: number): boolean {
  const number = (name: string) => {
    const text = textOf(entry, name);
    return text !== undefined && /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
  };
  if (Number(number("userAccountControl") ?? 0n) & ACCOUNT_DISABLED) return true;
  const expires = number("accountExpires") ?? 0n;
  if (expires > 0n && expires < NEVER && expires / 10_000n - WINDOWS_EPOCH_MS <= BigInt(at)) return true;
  const day = number("shadowExpire");
  if (day !== undefined && day >= 0n && day <= BigInt(Math.floor(at / DAY_MS))) return true;
  if (textOf(entry, "pwdAccountLockedTime")?.startsWith("000001010000")) return true;
  return textOf(entry, "nsAccountLock")?.toLowerCase() === "true";
}

/** Reads a person's entry; undefined without an id. */
export function toEntry(entry: Entry, settings: LdapSettings, at: number): DirectoryEntry | undefined {
  const id = idOf(entry, settings);
  if (id === undefined) return undefined;
  const username = textOf(entry, settings.USERNAME_ATTRIBUTE) ?? id;
  return {
    ...{ id, dn: entry.dn, username },
    fullname: textOf(entry, settings.FULLNAME_ATTRIBUTE) ?? "",
    email: textOf(entry, settings.EMAIL_ATTRIBUTE) ?? null,
    isDisabled: isDisabled(entry, at),
  };
}
