/** The REST API as a script would use it, for steps of a journey outside the browser. */

// biome-ignore lint/suspicious/noExplicitAny: replies are looked into freely; the server under test checks their shape
type Json = any;

export type Api = {
  url: string;
  token: string;
  get(path: string): Promise<Json>;
  post(path: string, body?: unknown): Promise<Json>;
  put(path: string, body: unknown): Promise<Json>;
  /** Returns only the status, for requests that should be refused. */
  status(path: string, method?: string, body?: unknown): Promise<number>;
};

/** A client with a bearer credential: a JWT, an API key or a bot's token; or none. */
export function apiOf(url: string, token = ""): Api {
  const send = (method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const call = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const reply = await send(method, path, body);
    if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${await reply.text()}`);
    return reply.json();
  };
  return {
    url,
    token,
    get: (path) => call("GET", path),
    post: (path, body = {}) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    status: async (path, method = "GET", body) => (await send(method, path, body)).status,
  };
}

export type Login = { username: string; password: string };
export type Bot = { id: string; token: string };

let serial = 0;
/** Returns a name that is unique in this run. */
export const fresh = (stem: string): string => `${stem}-${Date.now().toString(36)}${(serial++).toString(36)}`;

/** Signs in and returns a JWT of a new session. */
export async function signIn(url: string, { username, password }: Login): Promise<Api> {
  return apiOf(url, (await apiOf(url).post("/api/auth/login", { username, password })).token);
}

/** Creates a new account. */
export async function makeUser(url: string, stem = "ada"): Promise<Login & { email: string; api: Api }> {
  const username = fresh(stem);
  const user = { username, email: `${username}@example.org`, password: "correct horse battery" };
  await apiOf(url).post("/api/auth/register", user);
  return { ...user, api: await signIn(url, user) };
}

export async function makeBot(api: Api, name: string, metadata: Record<string, unknown> = {}): Promise<Bot> {
  const { bot_id, token } = await api.post("/api/my-bots", { name, metadata });
  return { id: bot_id, token };
}
