/**
 * A real OpenID provider (the package oidc-provider) with one client, whose sign-in page is one link: "Authorize" signs in
 * as `visitor`, "Cancel" refuses.
 */
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import Provider, { interactionPolicy } from "oidc-provider";
import { freePort } from "../process";

export const OIDC_CLIENT = { id: "muster-of-the-tests", secret: "the secret of the client at the issuer" };

type Citizen = {
  sub: string;
  preferred_username?: string;
  name?: string;
  email?: string;
  email_verified?: boolean;
  groups?: string[];
};

const jwk = (alg: "ES256" | "RS256") => {
  const { privateKey } =
    alg === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), alg, use: "sig", kid: alg };
};

/** Asks for each sign-in anew, so that the next visitor of the same browser may be another person. */
function askingAlways() {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  policy
    .get("login")
    .checks.add(new Check("every_time", "Each sign-in is asked for", ({ oidc }) => oidc.result?.login === undefined));
  return policy;
}

export class Oidc {
  readonly citizens = new Map<string, Citizen>();
  /** The `sub` of the person at the sign-in page. */
  visitor = "";
  url = "";
  #server: Server | undefined;

  /** @param redirectUri the one registered for the client */
  static async start(redirectUri: string): Promise<Oidc> {
    const oidc = new Oidc();
    const port = await freePort();
    oidc.url = `http://127.0.0.1:${port}`;
    const provider = oidc.#provider(redirectUri);
    const callback = provider.callback();
    oidc.#server = createServer((req, res) => {
      // Browsers ask for it, and a journey fails on a 404.
      if (req.url === "/favicon.ico") return void res.writeHead(204).end();
      if (!req.url?.startsWith("/interaction/")) return callback(req, res);
      oidc.#interact(provider, req, res).catch((error: unknown) => res.writeHead(500).end(String(error)));
    }).listen(port, "127.0.0.1");
    await once(oidc.#server, "listening");
    return oidc;
  }

  add(citizen: Citizen): Citizen {
    this.citizens.set(citizen.sub, citizen);
    return citizen;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #provider(redirectUri: string): Provider {
    return new Provider(this.url, {
      clients: [
        {
          ...{ client_id: OIDC_CLIENT.id, client_secret: OIDC_CLIENT.secret, redirect_uris: [redirectUri] },
          ...{ response_types: ["code"], grant_types: ["authorization_code"] },
        },
      ],
      jwks: { keys: [jwk("RS256"), jwk("ES256")] },
      claims: {
        ...{ openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"] },
        groups: ["groups"],
      },
      scopes: ["openid", "profile", "email", "groups"],
      pkce: { required: () => true },
      cookies: { keys: ["a key of the tests"] },
      features: { devInteractions: { enabled: false } },
      interactions: {
        policy: askingAlways(),
        url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}`,
      },
      findAccount: (_ctx: unknown, sub: string) => ({ accountId: sub, claims: () => this.citizens.get(sub) }),
      ttl: { Session: 60, Grant: 60, Interaction: 600, AccessToken: 60, AuthorizationCode: 60, IdToken: 60 },
    });
  }

  /** Shows the page, or ends the interaction that the page's links end. */
  async #interact(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { uid, params } = await provider.interactionDetails(req, res);
    const decision = req.url!.split("/")[3];
    if (decision === undefined) {
      res.setHeader("content-type", "text/html");
      res.end(
        `<!doctype html><title>Issuer</title><main><h1>Signed in as ${this.visitor}</h1><a href="/interaction/${uid}/yes">Authorize</a> <a href="/interaction/${uid}/no">Cancel</a></main>`,
      );
      return;
    }
    if (decision === "no") return provider.interactionFinished(req, res, { error: "access_denied" });
    const grant = new provider.Grant({ accountId: this.visitor, clientId: params.client_id! });
    grant.addOIDCScope(params.scope!);
    const grantId = await grant.save();
    await provider.interactionFinished(req, res, { login: { accountId: this.visitor }, consent: { grantId } });
  }

  /** Plays a browser at the issuer. @returns the address to which it is sent back */
  async decide(authUrl: string, sub: string, link: "yes" | "no" = "yes"): Promise<URL> {
    this.visitor = sub;
    const jar = new Map<string, string>();
    let at = authUrl;
    for (let hop = 0; hop < 8; hop++) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const reply = await fetch(at, { redirect: "manual", headers: { cookie } });
      for (const line of reply.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        jar.set(name, value);
      }
      const location = reply.headers.get("location");
      const page = location ? "" : await reply.text();
      if (!location && !page.includes("Authorize")) throw new Error(`The issuer answered ${reply.status}: ${page}`);
      const next = new URL(location ?? `${at}/${link}`, at);
      if (next.origin !== this.url) return next;
      at = next.href;
    }
    throw new Error("The issuer redirects for ever");
  }
}
