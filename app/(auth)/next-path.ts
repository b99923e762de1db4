import { ownPath } from "@/lib/core/own-path";

/** Where to go after signing in: `next` when it is a path of this very server, else the dashboard. */
export function safeNext(next: string | string[] | undefined): string {
  const path = typeof next === "string" ? ownPath(next) : undefined;
  return path === undefined || /^\/(login|signup|forgot|reset|setup|api)([/?#]|$)/.test(path) ? "/dashboard" : path;
}
