"use client";
import { type ComponentType, useEffect, useState } from "react";
import { reportMissing } from "@/lib/client/release";
import { useHydrated } from "./use-hydrated";

type Loaded<P> = ComponentType<P> | { default: ComponentType<P> };
type Part<P> = ComponentType<P> & { preload(): void };

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * A part of a page whose code is fetched when it is first shown, in the browser only. `next/dynamic` would replace the
 * whole page by its error page when the code cannot be fetched, after an upgrade say; here the page stays, says that a
 * part is missing, and keeps fetching it while it is needed.
 *
 * @param Loading shown until then, with the props of the part; nothing when left out
 */
export function lazyPart<P extends object>(load: () => Promise<Loaded<P>>, Loading?: ComponentType<P>): Part<P> {
  let known: ComponentType<P> | undefined;
  const fetchPart = async () => {
    const loaded = await load();
    known = "default" in loaded ? loaded.default : loaded;
  };
  function PagePart(props: P) {
    const hydrated = useHydrated();
    const [, redraw] = useState(0);
    useEffect(() => {
      if (known) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isGone = false;
      let found: (() => void) | undefined;
      const attempt = (retryMs: number) =>
        fetchPart().then(
          () => {
            found?.();
            if (!isGone) redraw((count) => count + 1);
          },
          () => {
            if (isGone) return;
            found ??= reportMissing();
            timer = setTimeout(() => void attempt(Math.min(retryMs * 2, LONGEST_RETRY_MS)), retryMs);
          },
        );
      void attempt(FIRST_RETRY_MS);
      return () => {
        isGone = true;
        clearTimeout(timer);
        found?.();
      };
    }, []);
    const Known = hydrated ? known : undefined;
    if (Known) return <Known {...props} />;
    return Loading ? <Loading {...props} /> : null;
  }
  return Object.assign(PagePart, {
    /**
     * Loads the code ahead, for example when the pointer approaches the button that opens the part. A failure shows
     * only when the part is needed.
     */
    preload: () => void fetchPart().catch(() => undefined),
  });
}
