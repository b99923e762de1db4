"use client";
import { askAgain } from "@/lib/client/session";
import { Button } from "./button";

type RetryButtonProps = { onRetry: () => void; size?: "sm"; className?: string };

/**
 * Reads again what could not be read. If that was because the session has ended, it also asks for the sign-in again,
 * which the person may have closed: a read by itself never does.
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
