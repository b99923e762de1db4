"use client";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { cn } from "@/app/_ui/cn";
import { presentAddress, viewAddress, viewPath } from "@/app/(console)/dashboard/_shared/views/address";
import { keepRangeOf } from "@/app/(console)/dashboard/_shared/views/enter";
import type { SavedView } from "@/lib/fleet/views/contract";
import { usePinnedViews } from "@/lib/fleet/views/queries";

type PinnedViewsProps = { page: SavedView["page"]; initial?: SavedView[]; onNavigate?: () => void };

/** The person's pinned views of a page, below its entry. */
export function PinnedViews({ page, initial, onNavigate }: PinnedViewsProps) {
  const views = usePinnedViews(initial).filter((view) => view.page === page);
  const isOpen = usePathname() === viewPath(page);
  const present = presentAddress(page, useSearchParams());
  if (views.length === 0) return null;
  return (
    <ul aria-label={`Pinned views of ${page}`} className="mt-0.5 ml-4.5 space-y-0.5 border-line border-l pl-2">
      {views.map((view) => {
        const { view_id, name } = view;
        const address = viewAddress(view);
        const current = isOpen && address === present;
        return (
          <li key={view_id}>
            <Link
              href={address}
              title={name}
              onClick={() => {
                keepRangeOf(view);
                onNavigate?.();
              }}
              aria-current={current ? "true" : undefined}
              className={cn(
                "flex h-9 items-center rounded-md px-2.5 text-[13px] lg:h-7",
                current ? "font-medium text-accent" : "text-muted hover:bg-raised hover:text-text",
              )}
            >
              <bdi className="truncate">{name}</bdi>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
