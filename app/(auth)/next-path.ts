const HERE = "http://console.invalid";

/** Where to go after signing in: `next` when it is a path of this very server, else the dashboard. */
export function safeNext(next: string | string[] | undefined): string {
  const fallback = "/dashboard";
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next)) return fallback;
  try {
    // Browsers drop tabs and line breaks and read backslashes as slashes: judge what they would make of it.
    const url = new URL(next, HERE);
    if (url.origin !== HERE || /^\/(login|signup|forgot|reset|setup|api)(\/|$)/.test(url.pathname)) return fallback;
    const path = url.pathname + url.search + url.hash;
    // "/x/..//evil.example" resolves to a path that would itself be read as another host.
    return path.startsWith("//") ? fallback : path;
  } catch {
    return fallback;
  }
}
