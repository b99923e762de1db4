"use client";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { cn } from "@/app/_ui/cn";
import { botsAddress, botsAddressOf } from "@/app/(console)/dashboard/_shared/bots-address";
import type { SavedView } from "@/lib/fleet/views/contract";
import { usePinnedViews } from "@/lib/fleet/views/queries";

/** The person's pinned views, below the entry of the list that they filter. */
export function PinnedViews({ initial, onNavigate }: { initial?: SavedView[]; onNavigate?: () => void }) {
  const views = usePinnedViews(initial);
  const isList = usePathname() === "/dashboard/bots";
  const present = botsAddressOf(useSearchParams());
  if (views.length === 0) return null;
  return (
    <ul aria-label="Pinned views" className="mt-0.5 ml-4.5 space-y-0.5 border-line border-l pl-2">
      {views.map(({ view_id, name, filter }) => {
        const address = botsAddress(filter);
        const current = isList && address === present;
        return (
          <li key={view_id}>
            <Link
              href={address}
              title={name}
              onClick={onNavigate}
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
