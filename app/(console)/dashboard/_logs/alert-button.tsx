"use client";
import { BellPlus } from "lucide-react";
import { useState } from "react";
import { useFeature } from "@/app/_shell/features";
import { Button } from "@/app/_ui/button";
import { lazyPart } from "@/app/_ui/lazy-part";
import type { LogFilters } from "@/lib/fleet/telemetry/queries";

const LinesRule = lazyPart(() => import("../_alerts/lines-rule"));

/** Opens the form of an alert rule that counts the lines of the filter. */
export function AlertButton({ filters, userId }: { filters: LogFilters; userId: number }) {
  const [isOpen, setOpen] = useState(false);
  if (!useFeature("alerts")) return null;
  return (
    <>
      <Button
        size="sm"
        className="h-9"
        aria-haspopup="dialog"
        title="Create an alert rule for these lines"
        onPointerEnter={LinesRule.preload}
        onClick={() => setOpen(true)}
      >
        <BellPlus aria-hidden /> <span className="max-sm:sr-only">Alert on this</span>
      </Button>
      {isOpen ? <LinesRule filters={filters} userId={userId} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
