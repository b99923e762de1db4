/**
 * A stand-in for Google's token endpoint and FCM's HTTP v1. It returns an access token for an assertion signed with the
 * service account's key, accepts messages for device tokens that it issued, and refuses in Google's form.
 */
import { createPublicKey, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

// biome-ignore lint/suspicious/noExplicitAny: messages are looked into freely by tests
type Json = any;
type Reply = { status: number; json: Json; headers?: Record<string, string> };
/** The fate of messages to a token before (or instead of) their delivery. */
type Fate = "unregistered" | "mismatch" | "quota" | "unavailable";

const AUDIENCE = "https://oauth2.googleapis.com/token";
const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
const FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

const refusal = (code: number, status: string, message: string, errorCode?: string, field?: string): Reply => ({
  status: code,
  json: {
    error: {
      code,
      status,
      message,
      details: [
        ...(errorCode ? [{ "@type": FCM_ERROR, errorCode }] : []),
        ...(field ? [{ "@type": BAD_REQUEST, fieldViolations: [{ field, description: message }] }] : []),
      ],
    },
  },
});

async function text(req: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of req) body += chunk;
  return body;
}

/** Fields of a message that FCM would refuse: unknown ones, and values of the wrong kind. */
function wrongField(message: Json): string | undefined {
  const known = ["token", "notification", "data", "android", "apns", "webpush", "fcm_options"];
  const odd = Object.keys(message).find((name) => !known.includes(name));
  if (odd) return `message.${odd}`;
  if (Object.values(message.data ?? {}).some((value) => typeof value !== "string")) return "message.data";
  const priority = message.android?.priority;
  if (priority !== undefined && !["NORMAL", "HIGH"].includes(priority)) return "message.android.priority";
  if (Object.values(message.apns?.headers ?? {}).some((value) => typeof value !== "string"))
    return "message.apns.headers";
  const collapse = message.apns?.headers?.["apns-collapse-id"];
  if (collapse !== undefined && collapse.length > 64) return "message.apns.headers";
  const link = message.webpush?.fcm_options?.link;
  if (link !== undefined && !link.startsWith("https://")) return "message.webpush.fcm_options.link";
}

export async function startFcm(projectId = "muster-tests") {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const email = `pusher@${projectId}.iam.gserviceaccount.com`;
  const tokens = new Map<string, Fate[]>();
  const granted = new Set<string>();
  const sent: Json[] = [];
  const counts = { grants: 0, sends: 0 };

  /** RFC 7523, as Google checks it. */
  function grant(body: string): Reply {
    const form = new URLSearchParams(body);
    const bad = (description: string): Reply => ({
      status: 400,
      json: { error: "invalid_grant", error_description: description },
    });
    if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer")
      return { status: 400, json: { error: "unsupported_grant_type", error_description: "Invalid grant_type" } };
    const [head = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
    const good = verify(
      "RSA-SHA256",
      Buffer.from(`${head}.${claims}`),
      createPublicKey(publicKey),
      Buffer.from(signature, "base64url"),
    );
    if (!good) return bad("Invalid JWT Signature.");
    const { iss, scope, aud, exp, iat } = JSON.parse(Buffer.from(claims, "base64url").toString());
    const now = Date.now() / 1000;
    if (iss !== email) return bad("Invalid grant: account not found");
    if (aud !== AUDIENCE || scope !== SCOPE) return bad("Invalid audience or scope");
    if (exp - iat > 3600 || exp < now || iat > now + 60) return bad("Token must be a short-lived token");
    const access = `ya29.${randomBytes(20).toString("hex")}`;
    granted.add(access);
    counts.grants++;
    return { status: 200, json: { access_token: access, expires_in: 3599, token_type: "Bearer" } };
  }

  function send(authorization: string | undefined, body: string): Reply {
    counts.sends++;
    if (!granted.has(authorization?.replace(/^Bearer /, "") ?? ""))
      return refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    const { message } = JSON.parse(body);
    const field = wrongField(message);
    if (field) return refusal(400, "INVALID_ARGUMENT", `Invalid value at '${field}'`, "INVALID_ARGUMENT", field);
    const fates = tokens.get(message.token);
    if (!fates)
      return refusal(
        ...([400, "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token"] as const),
        ...(["INVALID_ARGUMENT", "message.token"] as const),
      );
    const fate = fates.shift();
    if (fate === "unregistered") {
      fates.unshift(fate);
      return refusal(404, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED");
    }
    if (fate === "mismatch") return refusal(403, "PERMISSION_DENIED", "SenderId mismatch", "SENDER_ID_MISMATCH");
    if (fate === "quota")
      return {
        ...refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", "QUOTA_EXCEEDED"),
        headers: { "retry-after": "1" },
      };
    if (fate === "unavailable") return refusal(503, "UNAVAILABLE", "The service is unavailable.", "UNAVAILABLE");
    sent.push(message);
    return { status: 200, json: { name: `projects/${projectId}/messages/${randomBytes(6).toString("hex")}` } };
  }

  const server = createServer(async (req, res) => {
    const body = await text(req);
    const reply: Reply =
      req.url === "/token"
        ? grant(body)
        : req.url === `/v1/projects/${projectId}/messages:send`
          ? send(req.headers.authorization, body)
          : refusal(404, "NOT_FOUND", "Not found");
    res
      .writeHead(reply.status, { "content-type": "application/json", ...reply.headers })
      .end(JSON.stringify(reply.json));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    sent,
    counts,
    /** The key file Firebase's console offers. */
    account: {
      ...{ type: "service_account", project_id: projectId, private_key_id: "k1", private_key: privateKey },
      ...{ client_email: email, token_uri: `${url}/token` },
    },
    /** Issues a device token. `fates` apply to its next messages, one each (unregistered: to all). */
    token(...fates: Fate[]): string {
      const token = `fcm-${randomBytes(16).toString("hex")}`;
      tokens.set(token, fates);
      return token;
    },
    /** Refuses all access tokens issued so far. */
    revoke: () => granted.clear(),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
