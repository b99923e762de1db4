import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { ThemeToggle } from "@/app/_shell/theme-toggle";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Mark } from "@/app/_ui/mark";
import { outside } from "@/lib/system";
import { DocsNav } from "./docs-nav";
import { entriesByTag, type OpenApi } from "./openapi";
import { OperationView } from "./operation-view";

export const metadata: Metadata = { title: "API documentation" };

/** Where readers reach this server: as their own request named it. Shown in the curl calls. */
async function ownOrigin(): Promise<string> {
  const incoming = await headers();
  const host = incoming.get("x-forwarded-host") ?? incoming.get("host") ?? "localhost";
  return `${incoming.get("x-forwarded-proto")?.split(",")[0] ?? "http"}://${host}`;
}

/** The API, rendered from the same OpenAPI document that /api/openapi.json serves. */
export default async function DocsPage() {
  const api = (await outside.openApi()) as OpenApi;
  const origin = await ownOrigin();
  const groups = entriesByTag(api);
  const descriptions = new Map(api.tags?.map((tag) => [tag.name, tag.description]));
  const index = groups.flatMap(([, entries]) =>
    entries.map(({ id, method, path, tag, operation }) => ({
      id,
      method,
      path,
      tag,
      summary: operation.summary ?? path,
    })),
  );
  const nav = <DocsNav entries={index} />;
  return (
    <div className="flex min-h-dvh">
      <aside className="sticky top-0 hidden h-dvh w-72 shrink-0 flex-col border-line border-r bg-panel lg:flex">
        <Link href="/dashboard" className="flex h-12 shrink-0 items-center gap-2.5 border-line border-b px-4">
          <Mark className="size-6" />
          <span className="font-semibold text-base tracking-tight">Muster</span>
        </Link>
        {nav}
      </aside>
      <div className="min-w-0 flex-1">
        <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-line border-b bg-panel px-4 sm:px-6">
          <Mark className="size-6 lg:hidden" />
          <span className="font-semibold">API</span>
          <Badge>{api.info.version}</Badge>
          <div className="ml-auto flex items-center gap-1">
            <Button asChild size="sm" variant="ghost">
              <a href="/api/openapi.json">openapi.json</a>
            </Button>
            <ThemeToggle />
            <Button asChild size="sm">
              <Link href="/dashboard">Console</Link>
            </Button>
          </div>
        </header>
        <main className="max-w-6xl px-4 py-6 sm:px-6">
          <h1 className="font-semibold text-2xl tracking-tight">API documentation</h1>
          <div className="mt-2 max-w-prose space-y-2 text-muted">
            <p>
              {index.length} operations of this very server. Sign in for a session, create an API key under{" "}
              <Link href="/account" className="text-accent underline">
                Account
              </Link>
              , or use a bot's own token; send keys and tokens as <code>Authorization: Bearer …</code>.
            </p>
            <p>
              Errors are JSON: <code>{`{"error", "code", "details"}`}</code>. Over a limit the answer is 429 with{" "}
              <code>retryAfter</code> in seconds. Times are ISO-8601 in UTC.
            </p>
          </div>
          <details className="mt-4 rounded-md border border-line bg-panel lg:hidden">
            <summary className="cursor-pointer px-3 py-2 font-medium">All operations</summary>
            <div className="flex max-h-96 flex-col">{nav}</div>
          </details>
          {groups.map(([tag, entries]) => (
            <section key={tag} aria-label={tag} className="mt-8">
              <h2 className="font-semibold text-lg first-letter:uppercase">{tag}</h2>
              {descriptions.get(tag) ? <p className="mb-3 text-muted">{descriptions.get(tag)}</p> : null}
              {entries.map((entry) => (
                <OperationView key={entry.id} entry={entry} api={api} origin={origin} />
              ))}
            </section>
          ))}
        </main>
      </div>
    </div>
  );
}
