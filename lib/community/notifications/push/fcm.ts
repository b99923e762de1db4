/** Firebase Cloud Messaging, HTTP v1. Every request goes through lib/core/outbound/index, to addresses the operator has set. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { readJson } from "@/lib/core/format/json";
import { googleSignIn, ServiceAccount } from "@/lib/core/outbound/google";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { retryAfter } from "@/lib/core/outbound/retry-after";
import { excerpt, failure, fitted, type Payload, type Result } from "./transport";

const FcmAccount = ServiceAccount.extend({
  project_id: z.string().min(1),
  private_key: z.string().includes("PRIVATE KEY"),
});
export type FcmAccount = z.output<typeof FcmAccount>;

type Deps = {
  account: FcmAccount;
  /** Without a slash at the end. */
  baseUrl: string;
  outbound(url: string, request: OutboundRequest): Promise<OutboundReply>;
  now(): number;
  publicUrl: string;
};

const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
/** FCM takes 4096 bytes of notification and data together, and the text is in both. */
const PAYLOAD_BYTES = 1_700;
/** FCM's error codes for a token that will never work again. */
const DEAD = new Set(["UNREGISTERED", "SENDER_ID_MISMATCH"]);

/**
 * FCM_SERVICE_ACCOUNT: the path of a service account's key file, or the JSON itself.
 *
 * @throws Error that says what is wrong with it, without quoting it: it holds a private key
 */
export function readServiceAccount(value: string): FcmAccount {
  let text = value.trim();
  if (!text.startsWith("{"))
    try {
      text = readFileSync(text, "utf8");
    } catch (error) {
      throw new Error(`FCM_SERVICE_ACCOUNT: the file cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  let json: unknown;
  try {
    json = readJson(text);
  } catch {
    throw new Error("FCM_SERVICE_ACCOUNT: is neither the path of a key file nor its JSON");
  }
  const parsed = FcmAccount.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join(".") || "it").join(", ");
  throw new Error(`FCM_SERVICE_ACCOUNT: is not a service account's key file; wrong or missing: ${fields}`);
}

type FcmError = {
  error?: {
    status?: string;
    message?: string;
    details?: { "@type"?: string; errorCode?: string; fieldViolations?: { field?: string }[] }[];
  };
};

/** The names that document 003's app has for kinds of notifications. */
const APP_TYPES: Record<string, string> = {
  ticket_opened: "ticket_created",
  ticket_reply: "ticket_new_message",
  ticket_changed: "ticket_assigned",
};

/**
 * FCM allows only strings as data. An app opens `url` and marks `id` as read; document 003's app shows `title` and `body` itself
 * and opens the ticket.
 */
const dataOf = ({ id, kind, title, body, url, ticket }: Omit<Payload, "tag" | "priority">): Record<string, string> => ({
  ...{ id, kind, title, body, notification_type: APP_TYPES[kind] ?? kind },
  ...(url && { url }),
  ...(ticket && { ticket_id: ticket.ticket_id, ticket_num: String(ticket.ticket_num) }),
});

export function createFcm({ account, baseUrl, outbound, now, publicUrl }: Deps) {
  const url = `${baseUrl}/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`;
  let signedIn: Promise<() => Promise<string>> | undefined;

  const message = (token: string, whole: Payload) => {
    const { tag, priority, ...payload } = fitted(whole, PAYLOAD_BYTES);
    const tagged = createHash("sha256").update(tag).digest("base64url");
    return {
      message: {
        token,
        notification: { title: payload.title, body: payload.body },
        data: dataOf(payload),
        android: { priority: priority === "high" ? "HIGH" : "NORMAL", notification: { tag: tagged } },
        apns: {
          headers: { "apns-priority": priority === "low" ? "5" : "10", "apns-collapse-id": tagged },
          payload: { aps: { sound: "default" } },
        },
        // FCM accepts only https links. Without a link, the web app decides what a click opens.
        webpush:
          payload.url && publicUrl.startsWith("https:") ? { fcm_options: { link: publicUrl + payload.url } } : {},
      },
    };
  };

  function verdict(reply: OutboundReply): Result {
    let json: FcmError = {};
    try {
      json = readJson(reply.body.toString("utf8")) as FcmError;
    } catch {
      // The answer is not JSON, for example an HTML page of a gateway.
    }
    const details = json.error?.details ?? [];
    const word = details.find((one) => one.errorCode)?.errorCode ?? json.error?.status ?? String(reply.status);
    const detail = `${word}: ${json.error?.message ?? excerpt(reply.body)}`;
    if (DEAD.has(word) || reply.status === 404) return { state: "gone", detail };
    // INVALID_ARGUMENT may also concern the message; only an error about the token means that the device is gone.
    const blames = details.some((one) => one.fieldViolations?.some(({ field }) => field === "message.token"));
    if (reply.status === 400 && (blames || /registration token/i.test(json.error?.message ?? "")))
      return { state: "gone", detail };
    if (reply.status === 401) signedIn = undefined;
    if (reply.status === 401 || reply.status === 429 || reply.status >= 500)
      return { state: "retry", detail, afterMs: retryAfter(reply.headers["retry-after"], now()) };
    return { state: "failed", detail };
  }

  /** Sends one message; never rejects. `detail` is FCM's id of the message, or its error. */
  async function send(token: string, payload: Payload, signal?: AbortSignal): Promise<Result> {
    try {
      signedIn ??= googleSignIn(account, SCOPE, outbound);
      let authorization: string;
      try {
        authorization = await (await signedIn)();
      } catch (error) {
        signedIn = undefined;
        return { state: "retry", detail: `The service account was refused: ${(error as Error).message}` };
      }
      const reply = await outbound(url, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify(message(token, payload)),
        redirects: 0,
        trusted: true,
        signal,
      });
      if (reply.status !== 200) return verdict(reply);
      return { state: "sent", detail: excerpt(reply.body) };
    } catch (error) {
      const result = failure(error);
      // The address is the operator's setting: if it is forbidden, keep the device and try again later.
      return result.state === "gone" ? { ...result, state: "retry" } : result;
    }
  }

  return { send };
}

export type Fcm = ReturnType<typeof createFcm>;
