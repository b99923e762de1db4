/** The console of a running server, without a browser. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UnavailableError } from "./harness/errors.mjs";
import { answering } from "./processes.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Starts the pages of a server and waits until they answer. @throws UnavailableError when they have not been built */
export async function openConsole(server) {
  if (!existsSync(join(ROOT, ".next", "BUILD_ID")))
    throw new UnavailableError("The console is not built: run `npm run build` first");
  await answering(server, "/login");
}

/** Signs in as a browser does and returns the cookies for the `cookie` header. */
export async function cookieOf(server) {
  const reply = await fetch(`${server.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "bench", password: "bench-only-password" }),
  });
  if (!reply.ok) throw new Error(`Signing in: ${reply.status}`);
  return reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** The paths of all pages; `ids` gives the values of their parameters. Pages whose parameters it lacks are left out. */
export function pagePaths(ids) {
  const files = readdirSync(join(ROOT, "app"), { recursive: true }).filter((name) => /(^|\/)page\.tsx$/.test(name));
  const paths = files.map((file) => {
    const segments = file.split("/").slice(0, -1);
    const named = segments.filter((segment) => !segment.startsWith("("));
    return `/${named.map((segment) => (segment.startsWith("[") ? ids[segment.slice(1, -1)] : segment)).join("/")}`;
  });
  return paths.filter((path) => !path.includes("undefined")).sort();
}
