import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "./cn";

type TabItem = { id: string; label: ReactNode; href: string; count?: number };

/** Tabs that are links: each has an address of its own and works with the browser's back button. */
export function Tabs({ items, current, label }: { items: readonly TabItem[]; current: string; label: string }) {
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto border-line border-b px-4 sm:mx-0 sm:px-0">
      <ul className="flex min-w-max gap-1">
        {items.map((item) => (
          <li key={item.id}>
            <Link
              href={item.href}
              scroll={false}
              aria-current={item.id === current ? "page" : undefined}
              className={cn(
                "-mb-px flex h-9 items-center gap-1.5 border-b-2 px-2.5 text-sm -outline-offset-2 transition-colors duration-100",
                item.id === current
                  ? "border-accent font-medium text-text"
                  : "border-transparent text-muted hover:text-text",
              )}
            >
              {item.label}
              {item.count !== undefined ? (
                <span className="tnum rounded bg-raised px-1 text-faint text-xs">
                  {item.count.toLocaleString("en")}
                </span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
