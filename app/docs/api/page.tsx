import type { Metadata } from "next";
import Link from "next/link";
import { CodeBlock } from "@/app/_ui/code-block";
import { countText } from "@/lib/core/format/units";
import { loadApi, ownOrigin } from "./load";

export const metadata: Metadata = { title: "API reference" };

/** The API reference: an introduction and the groups of operations, rendered from the document that /api/openapi.json serves. */
export default async function DocsPage() {
  const { groups } = await loadApi();
  const origin = await ownOrigin();
  const total = groups.reduce((sum, group) => sum + group.entries.length, 0);
  return (
    <>
      <h1 className="font-semibold text-2xl tracking-tight">API reference</h1>
      <div className="mt-2 max-w-prose space-y-2 text-muted">
        <p>
          This server has {total} operations. To authenticate, sign in for a session token, create an API key under{" "}
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
      <ul className="mt-6 rounded-lg border border-line bg-panel">
        {groups.map(({ slug, tag, description, entries }) => (
          <li key={slug} className="border-line border-b last:border-b-0">
            <Link
              href={`/docs/api/${slug}`}
              prefetch={false}
              className="block px-4 py-2.5 -outline-offset-2 hover:bg-raised/60"
            >
              <span className="flex items-baseline gap-2">
                <span className="font-medium">{tag}</span>
                <span className="tnum text-[13px] text-faint">{countText(entries.length, "operation")}</span>
              </span>
              <span className="text-[13px] text-muted">{description}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
