"use client";
import { DoorClosed } from "lucide-react";
import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";

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
