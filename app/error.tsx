"use client";
import { useEffect } from "react";
import { buttonStyle } from "./_ui/button-style";
import { cn } from "./_ui/cn";
import { Mark } from "./_ui/mark";

/** The page failed while rendering. `digest` is what the server's log knows the failure by. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  useEffect(() => {
    document.title = "Error · Muster";
  }, []);
  return (
    <main className="grid min-h-[70dvh] place-items-center p-4">
      <div role="alert" className="flex max-w-md flex-col items-center gap-2 text-center">
        <Mark className="mb-2 size-10" />
        <h1 className="font-semibold text-xl">This page failed</h1>
        <p className="text-muted">
          Your bots are not affected. Try again; if it stays, the server's log has the cause.
        </p>
        {error.digest ? <code className="text-faint">Reference {error.digest}</code> : null}
        <button type="button" className={cn(buttonStyle({ variant: "primary" }), "mt-3")} onClick={reset}>
          Try again
        </button>
      </div>
    </main>
  );
}
