/**
 * Web Push (RFC 8030, 8291, 8292). The library encrypts and signs; what is sent goes through lib/core/outbound/index, because an
 * endpoint is an address that somebody typed in.
 */

import { createECDH, createHash, ECDH } from "node:crypto";
import { readJson } from "@/lib/core/format/json";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { retryAfter } from "@/lib/core/outbound/retry-after";
import { excerpt, failure, fitted, type Payload, type Result } from "./transport";

export type Subscription = { endpoint: string; keys: { p256dh: string; auth: string } };
type Keys = { publicKey: string; privateKey: string };
type Deps = {
  store: {
    vapid(make: () => string): Promise<string>;
    replaceVapid(old: string, value: string): Promise<void>;
  };
  seal(text: string): string;
  unseal(sealed: string): string;
  outbound(url: string, request: OutboundRequest): Promise<OutboundReply>;
  /** The contact address for push services: an https: or mailto: address. */
  subject: string;
  now(): number;
  warn(text: string): void;
};

/** How long a push service keeps a message for a device that is off. */
const TTL_S = 86_400;
/** A push service accepts 4096 bytes, 103 of which are needed for encryption. */
const PAYLOAD_BYTES = 3_800;
/** Enough for a title and a path. A service that refuses this size accepts no message at all. */
const PAYLOAD_MIN_BYTES = 900;
/** After this many refusals a device is removed, if its service accepts messages for other devices. */
const REFUSALS_MAX = 3;
const REMEMBERED_MAX = 10_000;
const URGENCY = { low: "low", normal: "normal", high: "high" } as const;

function makeKeys(): Keys {
  const curve = createECDH("prime256v1");
  curve.generateKeys();
  // Pad the key: a private key may begin with zero bytes, which the curve's library drops but VAPID needs.
  const secret = Buffer.alloc(32);
  const bytes = curve.getPrivateKey();
  bytes.copy(secret, 32 - bytes.length);
  return { publicKey: curve.getPublicKey().toString("base64url"), privateKey: secret.toString("base64url") };
}

/** Returns whether the key is a point on P-256. Nothing can be encrypted for any other key. */
export function isPublicKey(p256dh: string): boolean {
  try {
    const bytes = Buffer.from(p256dh, "base64url");
    ECDH.convertKey(bytes, "prime256v1", undefined, undefined, "uncompressed");
    return bytes.length === 65 && bytes[0] === 4;
  } catch {
    return false;
  }
}

/** Loads or creates this server's key pair, the same in every process and after every restart. */
function createKeys({ store, seal, unseal, warn }: Deps): () => Promise<Keys> {
  let known: Promise<Keys> | undefined;

  async function load(): Promise<Keys> {
    const make = () => seal(JSON.stringify(makeKeys()));
    const sealed = await store.vapid(make);
    try {
      return readJson(unseal(sealed)) as Keys;
    } catch {
      warn(
        "The Web Push keys were sealed with another SECRET_KEY: new ones are made, browsers have to subscribe again",
      );
      await store.replaceVapid(sealed, make());
      return readJson(unseal(await store.vapid(make))) as Keys;
    }
  }

  return () => {
    known ??= load().catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

/** Counts refusals by device, to find devices that are refused permanently. */
function createRefusals() {
  // Kept per process, because each process finds a permanently refused device after a few messages.
  const refusals = new Map<string, { times: number; since: number }>();
  /** The position of the last message that each service accepted, in the order of answers. */
  const accepted = new Map<string, number>();
  let attempt = 0;

  return {
    /**
     * Returns whether a refusal (400, 401, 403) means that the device is gone. A service may also refuse every device
     * because of our own signature or clock. A device therefore counts as gone only after several refusals, if the same
     * service accepted another message since the first of them.
     */
    isRefusedForGood(endpoint: string): boolean {
      const refusal = refusals.get(endpoint) ?? { times: 0, since: ++attempt };
      refusal.times++;
      refusals.set(endpoint, refusal);
      if (refusals.size > REMEMBERED_MAX) refusals.delete(refusals.keys().next().value!);
      return refusal.times >= REFUSALS_MAX && (accepted.get(new URL(endpoint).origin) ?? 0) > refusal.since;
    },

    noteAccepted(endpoint: string): void {
      refusals.delete(endpoint);
      accepted.set(new URL(endpoint).origin, ++attempt);
      if (accepted.size > REMEMBERED_MAX) accepted.delete(accepted.keys().next().value!);
    },
  };
}

export function createWebPush(deps: Deps) {
  const { outbound, subject, now } = deps;
  const keys = createKeys(deps);
  const refusals = createRefusals();

  /** Sends one message, shortened if the service demands it; never rejects. */
  async function send(subscription: Subscription, payload: Payload, signal: AbortSignal): Promise<Result> {
    for (let bytes = PAYLOAD_BYTES; ; bytes /= 2) {
      const result = await sendWithin(bytes, subscription, payload, signal);
      if (result !== "too large") return result;
      if (bytes / 2 < PAYLOAD_MIN_BYTES)
        return { state: "failed", detail: "413 even the shortest message is too large" };
    }
  }

  async function sendWithin(
    bytes: number,
    subscription: Subscription,
    payload: Payload,
    signal: AbortSignal,
  ): Promise<Result | "too large"> {
    try {
      const { default: webpush } = await import("web-push");
      const text = JSON.stringify(fitted(payload, bytes));
      const { endpoint, headers, body } = webpush.generateRequestDetails(subscription, text, {
        vapidDetails: { subject, ...(await keys()) },
        TTL: TTL_S,
        urgency: URGENCY[payload.priority],
        // ASCII
        topic: createHash("sha256").update(payload.tag).digest("base64url").slice(0, 32),
        contentEncoding: "aes128gcm",
      });
      const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      const reply = await outbound(endpoint, {
        ...{ method: "POST", headers: texts, body, redirects: 0, maxBytes: 65_536, signal },
      });
      const { status } = reply;
      const detail = `${status} ${excerpt(reply.body)}`.trim();
      if (status >= 200 && status < 300) {
        refusals.noteAccepted(endpoint);
        return { state: "sent", detail };
      }
      if (status === 413) return "too large";
      if (status === 404 || status === 410) return { state: "gone", detail: `The subscription has ended (${status})` };
      if (status === 429 || status >= 500)
        return { state: "retry", detail, afterMs: retryAfter(reply.headers["retry-after"], now()) };
      const isRefusal = status === 400 || status === 401 || status === 403;
      return { state: isRefusal && refusals.isRefusedForGood(endpoint) ? "gone" : "failed", detail };
    } catch (error) {
      return failure(error);
    }
  }

  return { keys, send };
}

export type WebPush = ReturnType<typeof createWebPush>;
