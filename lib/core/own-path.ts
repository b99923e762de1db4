/** Checks that an address leads to this console. Browser-safe. */

const HERE = "http://console.invalid";

/**
 * Reads a path of this server as a browser would, which drops tabs and line breaks and takes backslashes for slashes.
 *
 * @returns the path with query and fragment; undefined for what leads to another host or is no path
 */
export function ownPath(text: string): string | undefined {
  if (!/^\/(?![/\\])/.test(text)) return undefined;
  try {
    const url = new URL(text, HERE);
    if (url.origin !== HERE) return undefined;
    const path = url.pathname + url.search + url.hash;
    // "/x/..//evil.example" resolves to a path that would itself be read as another host.
    return path.startsWith("//") ? undefined : path;
  } catch {
    return undefined;
  }
}
