import { expect, it } from "vitest";
import { clientOf } from "./client";
import { actionOf, featureOfPage } from "./features";

it.each([
  ["POST", "/api/bot/[bot_id]/send-command", "commands", "POST bot/send-command"],
  ["POST", "/api/bot/[bot_id]/logs", "logs", "POST bot/logs"],
  ["PUT", "/api/bot/[bot_id]/settings", "bots", "PUT bot/settings"],
  ["DELETE", "/api/my-bots/[bot_id]", "bots", "DELETE my-bots"],
  ["POST", "/api/tickets/[ticket_id]/close", "tickets", "POST tickets/close"],
  ["POST", "/api/v1/download", "tasks", "POST download"],
  ["PUT", "/api/admin/retention", "retention", "PUT admin/retention"],
  ["POST", "/command", "commands", "POST command"],
])("%s %s is of %s", (method, pattern, feature, action) => {
  expect(actionOf(method, pattern)).toEqual({ feature, action });
});

it.each([
  ["/dashboard", "overview"],
  ["/dashboard/bots", "bots"],
  ["/dashboard/bots/bot_secret", "bots"],
  ["/dashboard/logs?q=secret", "logs"],
  ["/dashboard/secret", "other"],
  ["/admin", "users"],
  ["/admin/system", "system"],
  ["/admin/audit", "audit"],
  ["/admin/secret", "other"],
  ["/account", "account"],
  ["/docs/secret", "docs"],
  ["/secret", "other"],
  ["/__proto__/constructor", "other"],
])("the page %s is of %s", (path, feature) => {
  expect(featureOfPage(path)).toBe(feature);
});

const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
it.each([
  [CHROME, {}, "web", "Chrome on Linux", null],
  [
    "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Chrome/140.0 Mobile",
    {},
    "android",
    "Chrome on Android",
    null,
  ],
  ["Dalvik/2.1.0 (Linux; U; Android 14)", {}, "android", "Android", null],
  ["Muster/3 CFNetwork/1490 Darwin/23.2.0", {}, "ios", null, null],
  [`${CHROME} Electron/30.0`, {}, "desktop", "Chrome on Linux", null],
  ["curl/8.5.0", {}, "api", "curl", null],
  ["", {}, "api", null, null],
  [
    "Dart/3.1",
    { "x-client-platform": " Android ", "x-client-version": "2.4.1", "x-client-device": "Pixel 8" },
    "android",
    "Pixel 8",
    "2.4.1",
  ],
  [CHROME, { "x-client-platform": "toaster", "x-client-version": "\u0000x\u{1F600}y" }, "web", "Chrome on Linux", "xy"],
  ["curl/8.5.0", { "x-client-version": "v".repeat(500) }, "api", "curl", "v".repeat(64)],
])("the client %s with %o", (agent, headers, platform, device, version) => {
  const all: Record<string, string> = { "user-agent": agent, ...headers };
  const client = clientOf((name) => all[name]);
  expect([client.platform, client.version]).toEqual([platform, version]);
  if (device !== null || agent === "") expect(client.device).toBe(device);
});
