/**
 * Access without a credential, as document 002 has it for local programs (OPEN_OPS_API): from this machine and from listed
 * networks. A proxy and a browser also connect from this machine, so whatever shows that one of them passes somebody else's
 * request on closes it (docs/decisions/021-local-access.md).
 */
import { isIP } from "node:net";
import { type Env, env } from "./env";
import { withinRanges } from "./ip-ranges";

type Settings = Pick<Env, "OPEN_OPS_API" | "OPEN_API_CIDRS" | "TRUST_PROXY" | "PUBLIC_URL">;
export type LocalRequest = {
  /** The address of the direct peer. */
  ip: string;
  header(name: string): string | undefined;
  /** The names of all headers, in lower case. */
  headerNames(): string[];
};

const isLoopback = withinRanges(["127.0.0.0/8", "::1"]);
/** Headers of proxies. One that sends none of them must not be in front of a server with local access. */
const PROXY_HEADER =
  /^(forwarded|via|x-real-ip|x-(cluster-)?client-ip|x-forwarded-.*|x-original-.*|x-envoy-.*|cf-connecting-ip|fastly-client-ip|true-client-ip)$/;

/** Downloads of this server: OUTBOUND_ALLOW_CIDRS may let people point them at the server itself. */
const OWN_REQUEST = /^(Muster$|aria2\/)/;

/** Returns the host of an address without its port and brackets; undefined for what is none. */
function hostname(origin: string): string | undefined {
  const url = URL.parse(origin);
  return url?.hostname.replace(/^\[|\]$/g, "");
}

/** A name that an attacker's DNS cannot point at this machine: an address, or localhost. */
const isFixed = (host: string) => host === "localhost" || isIP(host) !== 0;

function reasonOf({ OPEN_OPS_API, TRUST_PROXY, PUBLIC_URL }: Settings): string | undefined {
  if (!OPEN_OPS_API) return "OPEN_OPS_API is off";
  if (TRUST_PROXY > 0) return "TRUST_PROXY is set, so everybody would come from the proxy's address";
  if (PUBLIC_URL === undefined) return undefined;
  const host = hostname(PUBLIC_URL)!;
  return host === "localhost" || isLoopback(host) ? undefined : "PUBLIC_URL is not this machine";
}

/** Returns why a browser's request is refused; undefined for this server's own pages, and for programs, which send neither header. */
function foreignPage({ header }: LocalRequest): string | undefined {
  const site = header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return "a browser sent it for another page";
  const origin = header("origin");
  if (origin === undefined || URL.parse(origin)?.host === header("host")?.toLowerCase()) return undefined;
  return "a page of another site sent it";
}

export function createLocalAccess(settings: Settings) {
  const closed = reasonOf(settings);
  const isNear = withinRanges(settings.OPEN_API_CIDRS);
  return {
    isOn: closed === undefined,
    /** The reason for which OPEN_OPS_API opens nothing; undefined when it is off or in effect. */
    closed: settings.OPEN_OPS_API ? closed : undefined,

    /** Returns why a request is not let in; undefined when it is. */
    refusalOf(request: LocalRequest): string | undefined {
      if (closed !== undefined) return closed;
      const { ip, header, headerNames } = request;
      if (!isLoopback(ip) && !isNear(ip)) return `the address ${ip} is neither this machine nor in OPEN_API_CIDRS`;
      const proxy = headerNames().find((name) => PROXY_HEADER.test(name));
      if (proxy !== undefined) return `the header ${proxy} says that a proxy passed it on`;
      if (OWN_REQUEST.test(header("user-agent") ?? "")) return "this server sent it itself, for somebody else";
      const host = header("host");
      if (host === undefined || !isFixed(hostname(`http://${host}`) ?? ""))
        return "Host must be an address or localhost";
      return foreignPage(request);
    },
  };
}

export const localAccess = createLocalAccess(env);
