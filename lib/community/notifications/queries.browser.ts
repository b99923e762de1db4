"use client";
/** Web Push in this browser: what it allows, and switching it on and off. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getVapidKey, subscribePush, unsubscribePush } from "@/generated/calls/community/notifications";
import { request } from "@/lib/client/api";
import { registerWorker } from "@/lib/client/worker";
import { deviceName } from "@/lib/core/format/user-agent";
import { notificationKeys } from "./queries";

/**
 * `unsupported`: no Web Push here (or, on iOS, not until the console is on the home screen); `insecure`: the page did not
 * come over https; `denied`: the person once said no, and only the browser's own settings undo that.
 */
export type PushState =
  | { status: "unsupported" | "insecure" | "denied" | "off" }
  /** `fingerprint`: which of the listed devices this is. */
  | { status: "on"; fingerprint: string };

const key = ["notifications", "browser"] as const;

async function fingerprintOf(endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const current = async () => (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();

async function look(): Promise<PushState> {
  if (!window.isSecureContext) return { status: "insecure" };
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window))
    return { status: "unsupported" };
  if (Notification.permission === "denied") return { status: "denied" };
  const subscription = await current();
  if (!subscription || Notification.permission !== "granted") return { status: "off" };
  const { public_key } = await request(getVapidKey, {});
  const fresh = sameKey(subscription, public_key) ? subscription : await subscribe(public_key);
  return { status: "on", fingerprint: await fingerprintOf(fresh.endpoint) };
}

/** base64url without padding, in every browser. */
function sameKey(subscription: PushSubscription, publicKey: string): boolean {
  const bytes = subscription.options.applicationServerKey;
  if (!bytes) return false;
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") === publicKey;
}

/** Asks for permission, subscribes, and tells the server. @throws Error in words for the person */
async function enable(): Promise<void> {
  // Ask before any other request: browsers show the prompt only right after a click.
  const permission = await Notification.requestPermission();
  if (permission !== "granted")
    throw new Error(
      permission === "denied"
        ? "This browser blocks notifications from this site. Allow them in its settings."
        : "You have not allowed notifications yet. Try again, and choose Allow.",
    );
  const { public_key } = await request(getVapidKey, {});
  await subscribe(public_key);
}

/** Subscribes this browser with the server's key, replaces a subscription made with another key, and registers it. */
async function subscribe(publicKey: string): Promise<PushSubscription> {
  await registerWorker();
  const { pushManager } = await navigator.serviceWorker.ready;
  let subscription = await pushManager.getSubscription();
  // A subscription made with a key that this server no longer has receives nothing.
  if (subscription && !sameKey(subscription, publicKey)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  try {
    subscription ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  } catch (error) {
    throw new Error(`The browser's push service could not be reached: ${(error as Error).message}`);
  }
  const { endpoint, keys } = subscription.toJSON() as { endpoint: string; keys: { p256dh: string; auth: string } };
  await request(subscribePush, {
    body: { endpoint, keys, name: deviceName(navigator.userAgent) },
  });
  return subscription;
}

/** Ends this browser's subscription, here and at the server. */
async function disable(): Promise<void> {
  const subscription = await current();
  if (!subscription) return;
  const { endpoint } = subscription;
  await subscription.unsubscribe();
  await request(unsubscribePush, { body: { endpoint } });
}

/**
 * Called when signing out, so that the next person at this browser does not see the last person's notifications. Gives
 * up silently after a short time, because signing out must not wait for a push service.
 */
export async function forgetThisBrowser(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await Promise.race([disable().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1_500))]);
}

let isChecked = false;
/**
 * Renews a subscription that was made with a key this server no longer has, once per page load, because it would
 * receive nothing. Gives up silently; the next load tries again.
 */
export function renewThisBrowser(): void {
  if (isChecked || !("serviceWorker" in navigator)) return;
  isChecked = true;
  void look().catch(() => {});
}

/** Returns the state of Web Push in this browser, and functions that turn it on and off. */
export function useBrowserPush() {
  const client = useQueryClient();
  const state = useQuery({ queryKey: key, queryFn: look, staleTime: 0 });
  const after = async (work: Promise<void>) => {
    try {
      await work;
    } finally {
      await client.invalidateQueries({ queryKey: key });
      await client.invalidateQueries({ queryKey: notificationKeys.devices });
    }
  };
  return { state: state.data, enable: () => after(enable()), disable: () => after(disable()) };
}
