/**
 * OpenID Connect by discovery, with the authorization code flow and PKCE. Who somebody is comes from an ID token whose
 * signature, issuer, audience, lifetime and nonce were checked; the userinfo endpoint only adds claims to the same `sub`.
 */
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload } from "jose";
import { z } from "zod";
import type { Clock } from "@/lib/core/clock";
import type { SsoSettings } from "@/lib/core/env.sso";
import { groupsOf, toPerson } from "./claims";
import { verifyIdToken } from "./id-token";
import { ask, basic, exchange, type Person, parsed, problem, type RequestDeps } from "./request";

/** How long the issuer's metadata and keys are kept. An ID token with a new key fetches the keys again before. */
const KEPT_MS = 3_600_000;
const HttpUrl = z.url({ protocol: /^https?$/ });
const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: HttpUrl,
  token_endpoint: HttpUrl,
  jwks_uri: HttpUrl,
  userinfo_endpoint: HttpUrl.optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(["client_secret_basic"]),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});
type Metadata = z.infer<typeof Metadata>;
const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const Tokens = z.object({ access_token: z.string().min(1), id_token: z.string().min(1) });
const Claims = z.looseObject({ sub: z.string().min(1).max(255) });

export type OidcDeps = RequestDeps & { settings: SsoSettings; redirectUri: string; now: Clock };
/** The values that came back with the browser, and the secrets of the sign-in that they belong to. */
export type Returned = { code: string; iss?: string; verifier: string; nonce: string };

/** Keeps the result of `load` for an hour. A failure is not kept. */
function kept<T>(now: Clock, load: () => Promise<T>) {
  let value: { at: number; of: Promise<T> } | undefined;
  return (isStale = false): Promise<T> => {
    if (value && !isStale && now() - value.at < KEPT_MS) return value.of;
    const of = load();
    const current = { at: now(), of };
    value = current;
    of.catch(() => {
      if (value === current) value = undefined;
    });
    return of;
  };
}

export function createOidcClient(deps: OidcDeps) {
  const { settings, now, warn } = deps;
  const issuer = settings.ISSUER!;
  // The admin named the issuer; other hosts that it names must be public, unless OUTBOUND_ALLOW_CIDRS allows them.
  const trusted = (url: string) => new URL(url).origin === new URL(issuer).origin;
  const get = (url: string, headers?: Record<string, string>) => ask(deps, url, { trusted: trusted(url), headers });

  const metadata = kept(now, async () => {
    const reply = await get(`${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`);
    const found = parsed(deps, Metadata, reply);
    if (found.issuer === issuer) return found;
    warn(
      { issuer, found: found.issuer },
      "the issuer names itself differently: set the ISSUER to exactly its own name",
    );
    throw problem("misconfigured");
  });
  const keys = kept(now, async () => {
    const { jwks_uri } = await metadata();
    return createLocalJWKSet(parsed(deps, Jwks, await get(jwks_uri)) as JSONWebKeySet);
  });

  function redeem({ token_endpoint, token_endpoint_auth_methods_supported: methods }: Metadata, returned: Returned) {
    const { CLIENT_ID, CLIENT_SECRET } = settings;
    const usesBasic = CLIENT_SECRET !== undefined && methods.includes("client_secret_basic");
    const inBody = usesBasic ? {} : { client_id: CLIENT_ID, ...(CLIENT_SECRET && { client_secret: CLIENT_SECRET }) };
    return exchange(deps, Tokens, {
      ...{ url: token_endpoint, trusted: trusted(token_endpoint) },
      headers: usesBasic ? { authorization: basic(CLIENT_ID, CLIENT_SECRET) } : undefined,
      fields: {
        ...{ grant_type: "authorization_code", code: returned.code, redirect_uri: deps.redirectUri },
        ...{ code_verifier: returned.verifier, ...inBody },
      },
    });
  }

  async function moreClaims({ userinfo_endpoint }: Metadata, payload: JWTPayload, accessToken: string) {
    const hasAll = payload.email !== undefined && payload.name !== undefined;
    if (!userinfo_endpoint || (hasAll && groupsOf(payload, settings.GROUPS_CLAIM))) return payload;
    const reply = await get(userinfo_endpoint, { authorization: `Bearer ${accessToken}` });
    const info = parsed(deps, Claims, reply);
    if (info.sub !== payload.sub) throw problem("untrusted");
    return { ...info, ...payload };
  }

  return {
    /** Returns the address of the provider's page. @throws AppError unreachable, timeout, misconfigured */
    async authorizeUrl(state: string, challenge: string, nonce: string): Promise<string> {
      const url = new URL((await metadata()).authorization_endpoint);
      const query = {
        ...{ response_type: "code", client_id: settings.CLIENT_ID, redirect_uri: deps.redirectUri },
        scope: settings.SCOPES ?? "openid profile email",
        ...{ state, nonce, code_challenge: challenge, code_challenge_method: "S256" },
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },

    /** Returns the person who allowed the sign-in. @throws AppError with a problem's name */
    async identify(returned: Returned): Promise<Person> {
      const about = await metadata();
      const names = about.authorization_response_iss_parameter_supported;
      // RFC 9207: an answer of another issuer must not be redeemed at this one.
      if ((names || returned.iss !== undefined) && returned.iss !== issuer) throw problem("untrusted");
      const tokens = await redeem(about, returned);
      const payload = await verifyIdToken(deps, issuer, keys, tokens.id_token, returned.nonce);
      return toPerson(await moreClaims(about, payload, tokens.access_token), settings);
    },
  };
}

export type ProviderClient = ReturnType<typeof createOidcClient>;
