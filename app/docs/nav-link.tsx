import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/app/_ui/cn";

type NavLinkProps = { href: string; isCurrent: boolean; title?: string; children: ReactNode };

/** A page in the navigation of the documentation. */
export function NavLink({ href, isCurrent, title, children }: NavLinkProps) {
  return (
    <Link
      href={href}
      prefetch={false}
      title={title}
      aria-current={isCurrent ? "page" : undefined}
      className={cn(
        "flex min-h-8 items-center rounded-md px-2 text-[13px]",
        isCurrent ? "bg-accent-soft font-medium text-accent" : "text-muted hover:bg-raised hover:text-text",
      )}
    >
      {children}
    </Link>
  );
}
