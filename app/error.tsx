"use client";
import { useEffect, useState } from "react";
import { serverIsBack } from "@/lib/client/navigation";
import { isMissingScript, mayReload } from "@/lib/client/release";

/**
 * Shown when a page failed while rendering. `digest` identifies the failure in the server's log. If the server no
 * longer has the page's script, the page is reloaded once. Every page loads this file, so it imports little.
 */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const isOutdated = isMissingScript(error);
  const [reloads, setReloads] = useState(isOutdated);
  useEffect(() => {
    document.title = isOutdated ? "Updated · Muster" : "Error · Muster";
    if (!isOutdated) return;
    if (mayReload()) void serverIsBack().then(() => window.location.reload());
    else setReloads(false);
  }, [isOutdated]);
  if (reloads) return <main className="min-h-[70dvh]" aria-busy />;
  return (
    <main className="grid min-h-[70dvh] place-items-center p-4">
      <div role="alert" className="flex max-w-md flex-col items-center gap-2 text-center">
        <h1 className="font-semibold text-xl">
          {isOutdated ? "Muster was updated" : "Something went wrong on this page"}
        </h1>
        <p className="text-muted">
          {isOutdated
            ? "Muster was updated, and part of this page is no longer available. Reload the page to continue."
            : "Your bots are not affected. Try again. If the error persists, check the server's log."}
        </p>
        {error.digest ? <code className="text-faint">Reference {error.digest}</code> : null}
        <button
          type="button"
          className="mt-3 h-8 rounded-md bg-accent px-3 font-medium text-accent-fg hover:bg-accent/90"
          onClick={isOutdated ? () => window.location.reload() : reset}
        >
          {isOutdated ? "Reload" : "Try again"}
        </button>
      </div>
    </main>
  );
}
