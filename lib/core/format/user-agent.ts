/**
 * Names of clients, from what they say of themselves. Browser-safe. Kept instead of `bowser` (2.15), which adds 7.8 kB of
 * compressed script to every page where this takes 0.6, names an Electron app "Electron" where the statistics count browsers, and
 * knows no HTTP client: curl, Python and Node.js have no name there.
 */
import { cutText } from "@/lib/core/format/text";

const BROWSERS: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/Firefox\/|FxiOS/, "Firefox"],
  [/Chrome\/|CriOS/, "Chrome"],
  [/Safari\//, "Safari"],
  [/curl\//, "curl"],
  [/python-requests|aiohttp|httpx/i, "Python"],
  [/node|undici/i, "Node.js"],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** Returns a name such as "Firefox on Linux" from a User-Agent header; unknown parts are left out. */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return "Unknown client";
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? cutText(userAgent, 40);
}
