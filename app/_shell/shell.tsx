"use client";
import { type ReactNode, useEffect, useState } from "react";
import { lazyPart } from "@/app/_ui/lazy-part";
import { LiveProvider } from "@/lib/client/live";
import type { Feature } from "@/lib/core/settings/contract";
import type { SavedView } from "@/lib/fleet/views/contract";
import { AccessWatch } from "./access-watch";
import { ConnectionBanner } from "./connection-banner";
import { Favicon } from "./favicon";
import { FeatureWatch } from "./features";
import { FirstBotWatch } from "./first-bot-watch";
import { useListKeys } from "./list-keys";
import type { ConsoleUser } from "./navigation";
import { PageViews } from "./page-views";
import { ProofWatch } from "./proof-watch";
import { ServerWatch } from "./server-watch";
import { SessionWatch } from "./session-watch";
import { Sidebar } from "./sidebar";
import { StatusStrip } from "./status-strip";
import { TopBar } from "./top-bar";
import { useNavigation } from "./use-navigation";
import { useShortcuts } from "./use-shortcuts";

// The palette is a tenth of a page's script and most visits never open it, so load it when the pointer approaches its
// button.
const Palette = lazyPart(() => import("./palette").then((part) => part.Palette));

const Drawer = lazyPart(() => import("./drawer"));
const ShortcutsDialog = lazyPart(() => import("./shortcuts-dialog"));

type ShellProps = {
  user: ConsoleUser;
  off: readonly Feature[];
  /** The person's pinned views. */
  pinned: SavedView[];
  build: string;
  children: ReactNode;
};

/**
 * Removes the token of a sign-in that another client started from the address, so that it is neither kept in the
 * history nor copied.
 */
function useTokenFreeAddress(): void {
  useEffect(() => {
    if (window.location.hash.startsWith("#token="))
      window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  }, []);
}

/** Fetches the palette's code as soon as the first key of its shortcut is down. */
function usePalettePreload(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Control" || event.key === "Meta") Palette.preload();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

/** Everything around a page of the console: navigation, search, live status. `off` lists the switched-off features. */
export function Shell({ user, off, pinned, build, children }: ShellProps) {
  const { navigation, hasBots, showBots } = useNavigation(user, off);
  const [drawer, setDrawer] = useState(false);
  const [palette, setPaletteOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  const setPalette = (open: boolean) => {
    setWanted(true);
    setPaletteOpen(open);
  };
  const [help, setHelp] = useState(false);
  useTokenFreeAddress();
  usePalettePreload();
  useListKeys();
  useShortcuts(navigation, { openPalette: () => setPalette(true), openHelp: () => setHelp(true) });
  return (
    <LiveProvider>
      <SessionWatch user_id={user.user_id} username={user.username} />
      <ProofWatch />
      <ServerWatch build={build} />
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-2 font-medium text-accent-fg focus:translate-y-0"
      >
        Skip to content
      </a>
      <div className="flex min-h-dvh">
        <aside className="sticky top-0 hidden h-dvh w-54 shrink-0 flex-col border-line border-r bg-panel lg:flex">
          <Sidebar userId={user.user_id} navigation={navigation} pinned={pinned} />
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar
            user={user}
            isDrawerOpen={drawer}
            onDrawer={() => setDrawer(true)}
            onPalette={() => setPalette(true)}
            onPalettePreload={Palette.preload}
            onShortcuts={() => setHelp(true)}
          />
          <ConnectionBanner />
          <main id="content" tabIndex={-1} className="min-w-0 flex-1 px-4 py-5 outline-none sm:px-6">
            {children}
          </main>
          <StatusStrip />
        </div>
      </div>
      {wanted ? (
        <Palette
          userId={user.user_id}
          open={palette}
          onOpenChange={setPalette}
          navigation={navigation}
          onShortcuts={() => setHelp(true)}
        />
      ) : null}
      {drawer ? <Drawer userId={user.user_id} navigation={navigation} onClose={() => setDrawer(false)} /> : null}
      {help ? (
        <ShortcutsDialog
          open
          onOpenChange={setHelp}
          navigation={navigation}
          user={{ role: user.role, has_bots: hasBots }}
        />
      ) : null}
      <Favicon />
      <PageViews />
      <FeatureWatch />
      <AccessWatch />
      {hasBots ? null : <FirstBotWatch onFirst={showBots} />}
    </LiveProvider>
  );
}
