/**
 * One connection to the directory, for one piece of work. It is encrypted before anything is sent, ends after a bounded time,
 * and is never opened a second time: the client would reconnect without StartTLS and send the next password unencrypted.
 */
import { connect, isIP } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { Client, Entry, Filter } from "ldapts";
import type { LdapSettings } from "@/lib/core/env.ldap";

/** Thrown when the directory cannot be asked: it is down, too slow, not trusted, or refuses this server. */
export class DirectoryError extends Error {
  override readonly name = "DirectoryError";
}

type Ldap = typeof import("ldapts");
export type Connection = { ldap: Ldap; client: Client; bindService(): Promise<void> };

const PAGE_SIZE = 500;

/** Results of a bind that concern the person: a refused value, no such entry, no password, wrong, not permitted, unwilling. */
const REFUSED = [19, 32, 48, 49, 50, 53];

function tlsOf({ URL: address, CA }: LdapSettings): ConnectionOptions {
  const host = new URL(address).hostname.replace(/^\[|\]$/g, "");
  return { host, ...(isIP(host) === 0 && { servername: host }), ...(CA !== undefined && { ca: CA }) };
}

function createClient(ldap: Ldap, settings: LdapSettings): Client {
  let isUsed = false;
  const once = <T>(open: () => T): T => {
    if (isUsed) throw new DirectoryError("the connection was lost");
    isUsed = true;
    return open();
  };
  const isTls = /^ldaps:/i.test(settings.URL);
  const createConnection = ((port: number, host: string) => once(() => connect(port, host))) as typeof connect;
  const createSecureConnection = ((...given: Parameters<typeof connectTls>) => {
    const socket = isTls ? once(() => connectTls(...given)) : connectTls(...given);
    // The client removes its listeners with the first error of a handshake; a second error would end the process.
    socket.once("error", () => setImmediate(() => socket.on("error", () => {})));
    return socket;
  }) as typeof connectTls;
  return new ldap.Client({
    ...{ url: settings.URL, timeout: settings.TIMEOUT_MS, connectTimeout: settings.TIMEOUT_MS },
    ...(isTls && { tlsOptions: tlsOf(settings) }),
    ...{ createConnection, createSecureConnection },
  });
}

/** The remedies of failures that a setting causes, by the result of LDAP or the code of Node.js. */
const REMEDIES: Record<string, string> = {
  2: "the server may have no StartTLS: use ldaps:// in LDAP_URL",
  32: "LDAP_BASE_DN or LDAP_GROUP_BASE_DN does not exist there",
  49: "correct LDAP_BIND_DN or LDAP_BIND_PASSWORD",
  DEPTH_ZERO_SELF_SIGNED_CERT: "name its certificate in LDAP_CA",
  SELF_SIGNED_CERT_IN_CHAIN: "name the certificate of its authority in LDAP_CA",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "name the certificate of its authority in LDAP_CA",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "name the certificate of its authority in LDAP_CA",
  ERR_TLS_CERT_ALTNAME_INVALID: "give LDAP_URL a name that is in the certificate",
};

/** Says what failed, with the remedy where there is one. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const remedy = REMEDIES[String((error as { code?: unknown }).code)];
  return `${error.message.trim()}${remedy === undefined ? "" : ` (${remedy})`}`;
}

/**
 * Opens a connection, does the work and closes it.
 *
 * @param limitMs milliseconds for everything
 * @throws DirectoryError
 */
export async function withConnection<T>(
  settings: LdapSettings,
  limitMs: number,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  // The package is loaded when it is first needed: most servers have no directory.
  const ldap = await import("ldapts");
  const client = createClient(ldap, settings);
  const { BIND_DN = "", BIND_PASSWORD = "" } = settings;
  const bindService = () => client.bind(BIND_DN, BIND_PASSWORD);
  const run = async () => {
    if (settings.STARTTLS) await client.startTLS(tlsOf(settings));
    await bindService();
    return work({ ldap, client, bindService });
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DirectoryError(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    throw error instanceof DirectoryError ? error : new DirectoryError(reasonOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
    client.unbind().catch(() => {});
  }
}

/**
 * Returns whether the password is the one of the entry.
 *
 * @param password not empty: a bind with a name and no password succeeds as nobody (RFC 4513, section 5.1.2)
 * @throws DirectoryError and errors of the connection
 */
export async function isPassword({ ldap, client }: Connection, dn: string, password: string): Promise<boolean> {
  if (dn === "" || password === "") return false;
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof ldap.ResultCodeError && REFUSED.includes(error.code)) return false;
    throw error;
  }
}

type Search = { base: string; filter: Filter; attributes: string[]; binary?: string[]; max: number };

/** Finds entries page by page. @throws DirectoryError for more than `max` */
export async function findEntries({ client }: Connection, search: Search): Promise<Entry[]> {
  const { base, filter, attributes, binary = [], max } = search;
  const found: Entry[] = [];
  const options = { scope: "sub" as const, filter, attributes, explicitBufferAttributes: binary };
  for await (const page of client.searchPaginated(base, { ...options, paged: { pageSize: PAGE_SIZE } })) {
    found.push(...page.searchEntries);
    if (found.length > max) throw new DirectoryError(`more than ${max} entries match ${filter}`);
  }
  return found;
}
