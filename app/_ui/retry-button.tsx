"use client";
import { askAgain } from "@/lib/client/session";
import { Button } from "./button";

type RetryButtonProps = { onRetry: () => void; size?: "sm"; className?: string };

/**
 * Repeats a failed read. If the session has ended, it also opens the sign-in dialog again, which the person may have
 * closed. Background reads never open that dialog.
 */
export function RetryButton({ onRetry, ...style }: RetryButtonProps) {
  return (
    <Button
      {...style}
      onClick={() => {
        askAgain();
        onRetry();
      }}
    >
      Try again
    </Button>
  );
}
