import Link from "next/link";
import type { ReactNode } from "react";
import { ThemeToggle } from "@/app/_shell/theme-toggle";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Mark } from "@/app/_ui/mark";

type DocsFrameProps = {
  title: string;
  href: string;
  version: string;
  nav: ReactNode;
  navTitle: string;
  children: ReactNode;
};

/** The frame of the documentation. Public, like the API document: bot authors need no account to read it. */
export function DocsFrame({ title, href, version, nav, navTitle, children }: DocsFrameProps) {
  return (
    <div className="flex min-h-dvh">
      <aside className="sticky top-0 hidden h-dvh w-72 shrink-0 flex-col border-line border-r bg-panel lg:flex">
        <Link href="/docs" className="flex h-12 shrink-0 items-center gap-2.5 border-line border-b px-4">
          <Mark className="size-6" />
          <span className="font-semibold text-base tracking-tight">Muster</span>
        </Link>
        {nav}
      </aside>
      <div className="min-w-0 flex-1">
        <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-line border-b bg-panel px-4 sm:px-6">
          <Mark className="size-6 lg:hidden" />
          <Link href={href} className="font-semibold hover:underline">
            {title}
          </Link>
          <Badge>{version}</Badge>
          <div className="ml-auto flex items-center gap-1">
            <Button asChild size="sm" variant="ghost" className="max-sm:hidden">
              <Link href="/docs">Guides</Link>
            </Button>
            <Button asChild size="sm" variant="ghost" className="max-sm:hidden">
              <Link href="/docs/api">API reference</Link>
            </Button>
            <ThemeToggle />
            <Button asChild size="sm">
              <Link href="/dashboard">Console</Link>
            </Button>
          </div>
        </header>
        <details className="mx-4 mt-4 rounded-md border border-line bg-panel lg:hidden">
          <summary className="cursor-pointer px-3 py-2 font-medium">{navTitle}</summary>
          <div className="flex max-h-96 flex-col">{nav}</div>
        </details>
        <main className="max-w-6xl px-4 py-6 sm:px-6">{children}</main>
      </div>
    </div>
  );
}
