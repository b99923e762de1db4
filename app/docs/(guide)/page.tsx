import type { Metadata } from "next";
import Link from "next/link";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { site } from "@/generated/docs";

export const metadata: Metadata = { title: "Documentation" };

/** The first page of the documentation: every page by task. */
export default function DocsPage() {
  return (
    <>
      <h1 className="font-semibold text-2xl tracking-tight">Documentation</h1>
      <p className="mt-2 max-w-prose text-muted">
        These pages describe this server, in its own version. New here?{" "}
        <Link href="/docs/start" className="text-accent underline">
          Connect your first bot in five minutes
        </Link>
        .
      </p>
      <div className="mt-6 grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {site.map(({ title, pages }) => (
          <Card key={title}>
            <CardHeader>
              <CardTitle>{title}</CardTitle>
            </CardHeader>
            <ul className="py-1">
              {pages.map(({ label, href }) => (
                <li key={href}>
                  <Link
                    href={href}
                    prefetch={false}
                    className="flex min-h-8 items-center px-4 -outline-offset-2 hover:bg-raised/60 hover:underline"
                  >
                    {label}
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
