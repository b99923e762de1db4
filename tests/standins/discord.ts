/**
 * A stand-in for Discord: the channels and roles of a guild, and the parts of OAuth2 that a sign-in uses: the consent page, the exchange of a code (client
 * authentication, PKCE, redirect_uri, each code once), the user and their guild membership, with Discord's own errors.
 */
import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export const CLIENT = { id: "157730590492196864", secret: "the secret of the application" };
export const GUILD = "41771983423143937";
export const BOT_TOKEN = "the.token.of-the-bot";
/** The channels and roles of the guild, as Discord answers them: in no order. */
const CHANNELS = [
  { id: "41771983423143940", type: 0, name: "memes", position: 1, parent_id: "41771983423143939" },
  { id: "41771983423143939", type: 4, name: "Community", position: 2, parent_id: null },
  { id: "41771983423143938", type: 0, name: "rules", position: 0, parent_id: null },
  { id: "41771983423143941", type: 2, name: "Lounge", position: 0, parent_id: "41771983423143939" },
];
const FIRST_MESSAGE = 411_719_834_231_000;
/** The picture behind every address of one. */
export const AVATAR = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const ROLES = [
  { id: GUILD, name: "@everyone", color: 0, position: 0 },
  { id: "41771983423143950", name: "Lootling", color: 11_342_935, position: 1 },
  { id: "41771983423143951", name: "Inventory Master", color: 0, position: 2 },
];

export type Citizen = {
  id: string;
  username: string;
  global_name?: string | null;
  discriminator?: string;
  avatar?: string | null;
  email?: string | null;
  verified?: boolean;
  /** Role ids in the guild; undefined for people who are not members. */
  roles?: string[];
};
type Grant = { citizen: string; redirectUri: string; scope: string; challenge: string | null };
/** A fault of Discord, in place of its usual answer. */
export type Trouble = {
  path: RegExp;
  times?: number;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  hang?: boolean;
};

const SCOPES = ["identify", "email", "guilds.members.read"];
const form = (text: string) => new URLSearchParams(text);

export class Discord {
  readonly citizens = new Map<string, Citizen>();
  /** The person at the consent page. */
  visitor = "";
  /** `METHOD path` of every call of the API. */
  readonly calls: string[] = [];
  /** The guilds that the bot has joined. */
  readonly guilds = [
    { id: "41771983423143000", name: "Another World" },
    { id: GUILD, name: "Haze World" },
  ];
  /** The roles of the guild, in no order. */
  readonly roles = [...ROLES];
  /** Messages that the bot posted. */
  readonly posts: { channel: string; content: string; allowed_mentions: unknown }[] = [];
  #codes = new Map<string, Grant>();
  #tokens = new Map<string, Grant>();
  #troubles: Trouble[] = [];
  #server = createServer((req, res) => void this.#answer(req, res));
  #registered: string[];
  url = "";

  private constructor(redirectUris: string[]) {
    this.#registered = redirectUris;
  }

  /** @param redirectUris those registered for the application */
  static async start(...redirectUris: string[]): Promise<Discord> {
    const discord = new Discord(redirectUris);
    await new Promise<void>((resolve) => discord.#server.listen(0, "127.0.0.1", resolve));
    discord.url = `http://127.0.0.1:${(discord.#server.address() as { port: number }).port}/api`;
    return discord;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  add<C extends Citizen>(citizen: C): C {
    this.citizens.set(citizen.id, citizen);
    return citizen;
  }

  /** Sets the next answers on a path. */
  trouble(trouble: Trouble): void {
    this.#troubles.push({ times: 1, ...trouble });
  }

  /** Plays a browser: opens the consent page, presses the button, and returns the address it is sent to. */
  async decide(authUrl: string, citizen: string, button: "Authorize" | "Cancel" = "Authorize"): Promise<URL> {
    this.visitor = citizen;
    const page = await (await fetch(authUrl)).text();
    const href = new RegExp(`href="([^"]+)">${button}<`).exec(page)?.[1];
    if (!href) throw new Error(`Discord's page has no button ${button}: ${page}`);
    const reply = await fetch(new URL(href.replaceAll("&amp;", "&"), authUrl), { redirect: "manual" });
    return new URL(reply.headers.get("location")!);
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    const url = new URL(req.url!, this.url);
    const path = url.pathname.replace(/^\/api/, "");
    let body = "";
    for await (const chunk of req) body += chunk;
    this.calls.push(`${req.method} ${path}`);
    const trouble = this.#troubles.find((one) => one.path.test(path) && one.times! > 0);
    if (trouble) {
      trouble.times!--;
      if (trouble.hang) return undefined;
      const type = { "content-type": "application/json" };
      res.writeHead(trouble.status ?? 500, { ...type, ...trouble.headers }).end(trouble.body ?? "{}");
      return undefined;
    }
    const json = (status: number, value: unknown) =>
      res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (req.method === "GET" && path === "/oauth2/authorize") return this.#ask(url, res);
    if (req.method === "GET" && path === "/oauth2/decided") return this.#decided(url, res);
    if (req.method === "POST" && path === "/oauth2/token") return this.#exchange(req, form(body), json);
    if (req.method === "GET" && path.startsWith("/avatars/"))
      return res.writeHead(200, { "content-type": "image/png" }).end(AVATAR);
    if (path.startsWith("/v10/")) return this.#answerBot(req, path, body, res, json);
    const grant = this.#tokens.get(/^Bearer (\S+)$/.exec(req.headers.authorization ?? "")?.[1] ?? "");
    if (!grant) return json(401, { message: "401: Unauthorized", code: 0 });
    const { roles, email, verified, ...open } = this.citizens.get(grant.citizen)!;
    const scopes = grant.scope.split(" ");
    const user = { avatar: null, discriminator: "0", global_name: null, public_flags: 0, ...open };
    if (path === "/users/@me")
      return json(
        200,
        scopes.includes("email") ? { ...user, email: email ?? null, verified: verified ?? false } : user,
      );
    if (/^\/users\/@me\/guilds\/\d+\/member$/.test(path)) {
      if (!scopes.includes("guilds.members.read")) return json(401, { message: "401: Unauthorized", code: 0 });
      if (!roles || !path.includes(`/${GUILD}/`)) return json(404, { message: "Unknown Guild", code: 10004 });
      return json(200, { user, roles, nick: null, joined_at: "2024-01-01T00:00:00.000000+00:00", pending: false });
    }
    return json(404, { message: "404: Not Found", code: 0 });
  }

  /** Answers a bot about the guild, its members and their roles, and takes its messages to channels. */
  #answerBot(
    req: IncomingMessage,
    path: string,
    body: string,
    res: ServerResponse,
    json: (status: number, value: unknown) => unknown,
  ): unknown {
    if (req.headers.authorization !== `Bot ${BOT_TOKEN}`) return json(401, { message: "401: Unauthorized", code: 0 });
    const channel = /^\/v10\/channels\/(\d+)\/messages$/.exec(path)?.[1];
    if (channel && req.method === "POST") {
      this.posts.push({ channel, ...JSON.parse(body) });
      return json(200, { id: String(FIRST_MESSAGE + this.posts.length), channel_id: channel });
    }
    if (path === "/v10/users/@me/guilds") return json(200, this.guilds);
    const [, guild, what = "", id = "", role] =
      /^\/v10\/guilds\/(\d+)\/(\w+)(?:\/(\d+))?(?:\/roles\/(\d+))?$/.exec(path) ?? [];
    if (guild !== GUILD) return json(404, { message: "Unknown Guild", code: 10004 });
    if (what === "channels" || what === "roles") return json(200, what === "channels" ? CHANNELS : this.roles);
    const member = this.citizens.get(id);
    if (!member?.roles) return json(404, { message: "Unknown Member", code: 10007 });
    if (role === undefined)
      return json(200, { user: { id }, roles: member.roles, joined_at: "2024-01-01T00:00:00.000000+00:00" });
    member.roles = [...member.roles.filter((one) => one !== role), ...(req.method === "PUT" ? [role] : [])];
    return res.writeHead(204).end();
  }

  /** The consent page, or an error about the application's request. */
  #ask({ searchParams: query }: URL, res: ServerResponse): unknown {
    const html = (status: number, text: string) =>
      res
        .writeHead(status, { "content-type": "text/html" })
        .end(`<!doctype html><title>Discord</title><link rel="icon" href="data:,">${text}`);
    if (query.get("client_id") !== CLIENT.id) return html(400, "Unknown application");
    if (!this.#registered.includes(query.get("redirect_uri") ?? "")) return html(400, "Invalid OAuth2 redirect_uri");
    if (query.get("response_type") !== "code") return html(400, "Unsupported response type");
    const link = (decision: string) =>
      `/api/oauth2/decided?${new URLSearchParams({ ...Object.fromEntries(query), decision })}`.replaceAll("&", "&amp;");
    const name = this.citizens.get(this.visitor)?.username ?? "nobody";
    html(
      200,
      `<p>Signed in as ${name}</p><a href="${link("deny")}">Cancel</a> <a href="${link("allow")}">Authorize</a>`,
    );
  }

  #decided({ searchParams: query }: URL, res: ServerResponse): unknown {
    const back = new URL(query.get("redirect_uri")!);
    const scope = query.get("scope") ?? "";
    if (scope.split(" ").some((one) => !SCOPES.includes(one))) {
      back.searchParams.set("error", "invalid_scope");
    } else if (query.get("decision") === "deny") {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "The resource owner or authorization server denied the request");
    } else {
      const code = randomBytes(15).toString("hex");
      const challenge = query.get("code_challenge_method") === "S256" ? query.get("code_challenge") : null;
      this.#codes.set(code, { citizen: this.visitor, redirectUri: query.get("redirect_uri")!, scope, challenge });
      back.searchParams.set("code", code);
    }
    if (query.has("state")) back.searchParams.set("state", query.get("state")!);
    return res.writeHead(302, { location: back.href }).end();
  }

  #exchange(req: IncomingMessage, body: URLSearchParams, json: (status: number, value: unknown) => unknown): unknown {
    const basic = /^Basic (\S+)$/.exec(req.headers.authorization ?? "")?.[1];
    const [id, secret] = basic
      ? Buffer.from(basic, "base64").toString().split(":").map(decodeURIComponent)
      : [body.get("client_id"), body.get("client_secret")];
    if (id !== CLIENT.id || secret !== CLIENT.secret) return json(401, { error: "invalid_client" });
    if (!req.headers["content-type"]?.startsWith("application/x-www-form-urlencoded"))
      return json(400, { error: "invalid_request" });
    if (body.get("grant_type") !== "authorization_code") return json(400, { error: "unsupported_grant_type" });
    const code = body.get("code") ?? "";
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const refuse = (what: string) =>
      json(400, { error: "invalid_grant", error_description: `Invalid "${what}" in request.` });
    if (!grant) return refuse("code");
    if (body.get("redirect_uri") !== grant.redirectUri) return refuse("redirect_uri");
    const proved = createHash("sha256")
      .update(body.get("code_verifier") ?? "")
      .digest("base64url");
    if (grant.challenge !== null && proved !== grant.challenge) return refuse("code_verifier");
    const token = randomBytes(15).toString("hex");
    this.#tokens.set(token, grant);
    return json(200, {
      access_token: token,
      token_type: "Bearer",
      expires_in: 604_800,
      refresh_token: randomBytes(15).toString("hex"),
      scope: grant.scope,
    });
  }
}
