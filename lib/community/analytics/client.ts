/**
 * Names the client program of a request: from its X-Client-* headers or those of document 003's app (X-Platform, X-App-Version,
 * X-Device-Info), else from its User-Agent.
 */

import { cutText } from "@/lib/core/format/text";
import { deviceName } from "@/lib/core/format/user-agent";
import { Platform } from "./contract";

export type Client = { platform: Platform; device: string | null; version: string | null };
type Header = (name: string) => string | undefined;

/** The order matters: the user agent of an app's web view names a browser too. */
const SIGNS: [RegExp, Platform][] = [
  [/Electron\/|Tauri\//i, "desktop"],
  [/; wv\)|okhttp|Dalvik/i, "android"],
  [/CFNetwork|Darwin\//, "ios"],
  [/^Mozilla\/.*(Chrome|CriOS|Firefox|FxiOS|Safari|Edg|OPR)\//, "web"],
];
/** Systems that the app names as its platform. */
const SYSTEMS: Record<string, Platform> = { windows: "desktop", macos: "desktop", linux: "desktop" };
const MAX_TEXT = 64;
const MAX_AGENTS = 2_000;
const agents = new Map<string, Client>();

/** Returns printable ASCII of bounded length, or null. */
function word(text: string | undefined): string | null {
  const clean = text
    ?.replace(/[^\x20-\x7e]/g, "")
    .trim()
    .slice(0, MAX_TEXT);
  return clean || null;
}

function ofAgent(agent: string): Client {
  const known = agents.get(agent);
  if (known) return known;
  const platform = SIGNS.find(([sign]) => sign.test(agent))?.[1] ?? "api";
  const found = { platform, device: agent ? word(deviceName(agent)) : null, version: null };
  if (agents.size >= MAX_AGENTS) agents.clear();
  agents.set(agent, found);
  return found;
}

/** The client behind a request. */
export function clientOf(header: Header): Client {
  const seen = ofAgent(cutText(header("user-agent") ?? "", 300, ""));
  const said = header("x-client-platform") ?? header("x-platform");
  const version = header("x-client-version") ?? header("x-app-version");
  const device = header("x-client-device") ?? header("x-device-info");
  if (said === undefined && version === undefined && device === undefined) return seen;
  const named = said?.trim().toLowerCase() ?? "";
  const platform = Platform.safeParse(Object.hasOwn(SYSTEMS, named) ? SYSTEMS[named] : named);
  return {
    platform: platform.success ? platform.data : seen.platform,
    device: word(device) ?? seen.device,
    version: word(version),
  };
}
