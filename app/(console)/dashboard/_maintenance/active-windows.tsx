"use client";
import { Wrench } from "lucide-react";
import Link from "next/link";
import { countText } from "@/lib/core/format/units";
import { useWindows } from "@/lib/operations/maintenance/queries";

const HREF = "/dashboard/alerts?tab=maintenance";

/** Says above the alerts that some are held back. Renders nothing while no window is active. */
export function ActiveWindows() {
  const { data } = useWindows();
  const active = data?.pages.flatMap((page) => page.windows).filter(({ state }) => state === "active") ?? [];
  const [first] = active;
  if (!first) return null;
  return (
    <p className="flex items-center gap-2 border-line border-b bg-warn-soft px-4 py-2 text-sm">
      <Wrench aria-hidden className="size-4 shrink-0 text-warn" />
      <span className="min-w-0">
        {active.length === 1
          ? `${first.name} is active`
          : `${countText(active.length, "maintenance window")} are active`}
        : alerts of the bots concerned wait for the end.{" "}
        <Link href={HREF} className="text-accent hover:underline">
          See maintenance
        </Link>
      </span>
    </p>
  );
}
