"use client";
import { DoorClosed } from "lucide-react";
import Link from "next/link";
import { useSyncExternalStore } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { accessChangedAt } from "@/lib/client/access";
import { ApiError } from "@/lib/client/api";

/** Live events travel in batches: one that was sent before a change of rights can arrive this much later than its announcement. */
const LATE_EVENT_MS = 10_000;

/**
 * Returns whether the reader could see what the query reads, and lost it by a change of rights: the change came after the last
 * answer, and the next one is that there is no such thing.
 */
export function useAccessEnded({ error, dataUpdatedAt }: { error: unknown; dataUpdatedAt: number }): boolean {
  const changedAt = useSyncExternalStore(accessChangedAt.subscribe, accessChangedAt.get, () => 0);
  const isMissing = error instanceof ApiError && error.status === 404;
  return isMissing && dataUpdatedAt > 0 && changedAt > 0 && changedAt >= dataUpdatedAt - LATE_EVENT_MS;
}

type AccessEndedProps = {
  /** The name of the bot or team that the reader can no longer see: "Music Box". */
  what: string;
  description: string;
  back: { href: string; label: string };
};

/** Takes the place of a page whose reader lost access to it while it was open. */
export function AccessEnded({ what, description, back }: AccessEndedProps) {
  return (
    <div role="alert">
      <EmptyState
        icon={<DoorClosed />}
        title={
          <>
            Your access to <bdi>{what}</bdi> has ended
          </>
        }
        description={description}
        action={
          <Button asChild variant="primary">
            <Link href={back.href}>{back.label}</Link>
          </Button>
        }
      />
    </div>
  );
}
