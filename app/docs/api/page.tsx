import type { Metadata } from "next";
import Link from "next/link";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { CodeBlock } from "@/app/_ui/code-block";
import { countText } from "@/lib/core/format/units";
import { loadApi, ownOrigin } from "./load";
import { Method } from "./operation-view";

export const metadata: Metadata = { title: "API reference" };

/** The API reference: an introduction and every operation, rendered from the document that /api/openapi.json serves. */
export default async function DocsPage() {
  const { groups } = await loadApi();
  const origin = await ownOrigin();
  const total = groups.reduce((sum, group) => sum + group.entries.length, 0);
  return (
    <>
      <h1 className="font-semibold text-2xl tracking-tight">API reference</h1>
      <div className="mt-2 max-w-prose space-y-2 text-muted">
        <p>
          This page lists the {total} operations of this server. To authenticate, sign in for a session token, create an
          API key under{" "}
          <Link href="/account" className="text-accent underline">
            Account
          </Link>
          , or use a bot's token. Send any of them as <code>Authorization: Bearer …</code>.
        </p>
        <p>
          Programs read the same as{" "}
          <a href="/api/openapi.json" className="text-accent underline">
            OpenAPI 3.1
          </a>
          , and the events of the sockets as{" "}
          <a href="/asyncapi.json" className="text-accent underline">
            AsyncAPI 3
          </a>
          .
        </p>
        <p>
          Errors are JSON: <code>{`{"error", "code", "details"}`}</code>. When you exceed a rate limit, you get status
          429 with <code>retryAfter</code> in seconds. Times are ISO 8601 in UTC.
        </p>
      </div>
      <CodeBlock
        className="mt-4 max-w-prose"
        code={`export TOKEN=…\ncurl '${origin}/api/bots' \\\n  -H "Authorization: Bearer $TOKEN"`}
      />
      <div className="mt-6 space-y-4">
        {groups.map(({ tag, description, slug, entries }) => (
          <Card key={slug}>
            <CardHeader>
              <CardTitle>
                <Link href={`/docs/api/${slug}`} className="hover:underline">
                  {tag}
                </Link>
              </CardTitle>
              <span className="tnum text-[13px] text-faint">{countText(entries.length, "operation")}</span>
            </CardHeader>
            <p className="border-line border-b px-4 py-2 text-[13px] text-muted">{description}</p>
            <ul>
              {entries.map(({ id, method, path, operation }) => (
                <li key={id} className="border-line border-b last:border-b-0">
                  <Link
                    href={`/docs/api/${slug}#${id}`}
                    prefetch={false}
                    className="flex min-h-8 flex-wrap items-center gap-x-3 px-4 py-1 -outline-offset-2 hover:bg-raised/60"
                  >
                    <Method method={method} />
                    <code className="break-all">{path}</code>
                    <span className="text-muted">{operation.summary}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </Card>
        ))}
      </div>
    </>
  );
}
