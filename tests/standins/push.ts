/**
 * A stand-in for a browser's push service (RFC 8030). It accepts a message only with a VAPID signature by the subscription's
 * key (RFC 8292). It also plays the browser and decrypts messages with the subscription's keys (RFC 8188, 8291).
 */
import {
  createDecipheriv,
  createECDH,
  createHash,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type Received = { id: string; payload: Record<string, unknown>; ttl: number; urgency?: string; topic?: string };
type Known = { curve: ECDH; auth: Buffer; applicationServerKey?: string; answers: Answer[] };
/** The answer to the next message, instead of accepting it. */
type Answer = { status: number; retryAfter?: string };

const ENTRY_MAX = 4096;
const hkdf = (salt: Buffer, key: Buffer, info: Buffer, length: number) =>
  Buffer.from(hkdfSync("sha256", key, salt, info, length));

/** The one record of an aes128gcm body. @throws Error when it was not made for these keys */
function decrypt(body: Buffer, { curve, auth }: Known): string {
  const salt = body.subarray(0, 16);
  const size = body.readUInt32BE(16);
  const length = body.readUInt8(20);
  const sender = body.subarray(21, 21 + length);
  const record = body.subarray(21 + length);
  if (length !== 65 || record.length > size) throw new Error("not one record with a P-256 key");
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), curve.getPublicKey(), sender]);
  const key = hkdf(auth, curve.computeSecret(sender), info, 32);
  const cek = hkdf(salt, key, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
  const nonce = hkdf(salt, key, Buffer.from("Content-Encoding: nonce\0"), 12);
  const decipher = createDecipheriv("aes-128-gcm", cek, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.lastIndexOf(2);
  if (end < 0 || padded.subarray(end + 1).some((byte) => byte !== 0)) throw new Error("the padding is broken");
  return padded.subarray(0, end).toString("utf8");
}

const parsed = (text: string | undefined) => JSON.parse(Buffer.from(text ?? "", "base64url").toString("utf8"));

/** Why the VAPID header is refused; undefined when it is good. */
function refusal(header: string | undefined, origin: string, expected: string | undefined): string | undefined {
  const { t, k } = Object.fromEntries(
    [...(header ?? "").matchAll(/([tk])=([\w.-]+)/g)].map(([, name, value]) => [name, value]),
  );
  if (!header?.startsWith("vapid ") || !t || !k) return "no VAPID credentials";
  if (expected !== undefined && k !== expected) return "the key is not the one the subscription was made with";
  const point = Buffer.from(k, "base64url");
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const [head, claims, signature] = t.split(".");
  const signed = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature ?? "", "base64url"),
  );
  if (!signed || parsed(head).alg !== "ES256") return "the signature is wrong";
  const { aud, exp, sub } = parsed(claims);
  const now = Date.now() / 1000;
  if (aud !== origin) return `aud is ${aud}, not ${origin}`;
  if (!(exp > now && exp <= now + 86_400)) return "exp is not within 24 hours";
  if (!/^(mailto:[^@\s]+@[^@\s]+|https:\/\/)/.test(sub)) return "sub is no way to reach anybody";
}

async function read(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function startPushService() {
  const known = new Map<string, Known>();
  const received: Received[] = [];
  /** Why messages were refused, in order. */
  const refused: string[] = [];
  const waiting = new Set<() => void>();
  let origin = "";

  async function take(
    req: IncomingMessage,
  ): Promise<{ status: number; headers?: Record<string, string>; text?: string }> {
    const id = /^\/push\/(\w+)$/.exec(req.url ?? "")?.[1] ?? "";
    const body = await read(req);
    const one = known.get(id);
    if (!one) return { status: 404, text: "No such subscription" };
    const planned = one.answers.shift();
    if (planned?.status === 410) known.delete(id);
    if (planned)
      return {
        status: planned.status,
        headers: planned.retryAfter ? { "retry-after": planned.retryAfter } : {},
        text: "as planned",
      };
    if (req.method !== "POST" || !/^\d+$/.test(String(req.headers.ttl ?? "")))
      return { status: 400, text: "TTL is missing" };
    const problem = refusal(req.headers.authorization, origin, one.applicationServerKey);
    if (problem) return { status: 403, text: problem };
    if (req.headers["content-encoding"] !== "aes128gcm") return { status: 415, text: "Only aes128gcm" };
    if (body.length > ENTRY_MAX) return { status: 413, text: `At most ${ENTRY_MAX} bytes` };
    const topic = req.headers.topic as string | undefined;
    if (topic !== undefined && !/^[\w-]{1,32}$/.test(topic)) return { status: 400, text: "Topic is not valid" };
    try {
      const payload = JSON.parse(decrypt(body, one));
      received.push({ id, payload, ttl: Number(req.headers.ttl), urgency: req.headers.urgency as string, topic });
    } catch (error) {
      return { status: 400, text: `It cannot be decrypted: ${(error as Error).message}` };
    }
    return { status: 201, headers: { location: `${origin}/message/${randomBytes(8).toString("hex")}` } };
  }

  const server = createServer((req, res) => {
    void take(req).then(({ status, headers, text = "" }) => {
      if (status >= 400) refused.push(`${status} ${text}`);
      res.writeHead(status, headers).end(text);
      for (const look of [...waiting]) look();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    received,
    refused,
    /** Subscribes a browser and returns PushSubscription.toJSON(). `answers` are sent before any message is accepted. */
    subscribe(applicationServerKey?: string, answers: Answer[] = []) {
      const id = randomBytes(12).toString("hex");
      const curve = createECDH("prime256v1");
      curve.generateKeys();
      const auth = randomBytes(16);
      known.set(id, { curve, auth, applicationServerKey, answers });
      const endpoint = `${origin}/push/${id}`;
      return {
        id,
        fingerprint: createHash("sha256").update(endpoint).digest("hex"),
        json: {
          endpoint,
          keys: { p256dh: curve.getPublicKey().toString("base64url"), auth: auth.toString("base64url") },
        },
      };
    },
    /** Resolves with the first message to that subscription, past or future, that fits; rejects after 150 s. */
    message(id: string, fits: (one: Received) => boolean = () => true): Promise<Received> {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = received.find((one) => one.id === id && fits(one));
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`No push came; refused: ${JSON.stringify(refused)}; took ${JSON.stringify(received)}`));
        }, 150_000);
        waiting.add(look);
        look();
      });
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type PushService = Awaited<ReturnType<typeof startPushService>>;
