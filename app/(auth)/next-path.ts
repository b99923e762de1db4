import { ownPath } from "@/lib/core/own-path";

/** Returns the path to open after signing in: `next` if it is a path of this server, else the dashboard. */
export function safeNext(next: string | string[] | undefined): string {
  const path = typeof next === "string" ? ownPath(next) : undefined;
  return path === undefined || /^\/(login|signup|forgot|reset|setup|api)([/?#]|$)/.test(path) ? "/dashboard" : path;
}
