"use client";
import { Menu as MenuIcon, Search } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Kbd } from "@/app/_ui/kbd";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Mark } from "@/app/_ui/mark";
import { LiveProvider } from "@/lib/client/live";
import type { Feature } from "@/lib/core/settings/contract";
import { Bell } from "./bell";
import { ConnectionBanner } from "./connection-banner";
import { Favicon } from "./favicon";
import { FeatureWatch } from "./features";
import { type ConsoleUser, navigationFor } from "./navigation";
import { PageViews } from "./page-views";
import { ServerWatch } from "./server-watch";
import { SessionWatch } from "./session-watch";
import { ShortcutsDialog, useShortcuts } from "./shortcuts";
import { Sidebar } from "./sidebar";
import { StatusStrip } from "./status-strip";
import { ThemeToggle } from "./theme-toggle";
import { UserMenu } from "./user-menu";

// A tenth of a page's script, and most visits never open it: it is fetched when a hand moves towards it.
const Palette = lazyPart(() => import("./palette").then((part) => part.Palette));

const Drawer = lazyPart(() => import("./drawer"));

type ShellProps = { user: ConsoleUser; off: readonly Feature[]; build: string; children: ReactNode };

/** Everything around a page of the console: navigation, search, live state, fleet lights. `off`: what is switched off. */
export function Shell({ user, off, build, children }: ShellProps) {
  const navigation = navigationFor(user.role, off);
  const [drawer, setDrawer] = useState(false);
  const [palette, setPaletteOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  const setPalette = (open: boolean) => {
    setWanted(true);
    setPaletteOpen(open);
  };
  const [help, setHelp] = useState(false);
  // A sign-in begun by another client may end here, its token in the address: not for the history, nor to be copied along.
  useEffect(() => {
    if (window.location.hash.startsWith("#token="))
      window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Control" || event.key === "Meta") Palette.preload();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  useShortcuts(navigation, { openPalette: () => setPalette(true), openHelp: () => setHelp(true) });
  return (
    <LiveProvider>
      <SessionWatch user_id={user.user_id} username={user.username} />
      <ServerWatch build={build} />
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-2 font-medium text-accent-fg focus:translate-y-0"
      >
        Skip to content
      </a>
      <div className="flex min-h-dvh">
        <aside className="sticky top-0 hidden h-dvh w-54 shrink-0 flex-col border-line border-r bg-panel lg:flex">
          <Sidebar navigation={navigation} />
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-line border-b bg-panel px-3 sm:px-4">
            <Button
              variant="ghost"
              icon
              className="lg:hidden"
              aria-label="Open navigation"
              aria-haspopup="dialog"
              aria-expanded={drawer}
              onClick={() => setDrawer(true)}
            >
              <MenuIcon />
            </Button>
            <Mark className="size-6 lg:hidden" />
            <button
              type="button"
              onClick={() => setPalette(true)}
              onPointerEnter={Palette.preload}
              onFocus={Palette.preload}
              className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border border-line bg-bg px-2.5 text-left text-faint hover:border-line-strong sm:max-w-80"
            >
              <Search className="size-4 shrink-0" aria-hidden />
              <span className="min-w-0 flex-1 truncate">Search or go to…</span>
              <Kbd aria-hidden className="hidden sm:inline-flex">
                Ctrl K
              </Kbd>
            </button>
            <div className="ml-auto flex items-center gap-1">
              <Bell />
              <ThemeToggle />
              <UserMenu user={user} onShortcuts={() => setHelp(true)} />
            </div>
          </header>
          <ConnectionBanner />
          <main id="content" tabIndex={-1} className="min-w-0 flex-1 px-4 py-5 outline-none sm:px-6">
            {children}
          </main>
          <StatusStrip />
        </div>
      </div>
      {wanted ? (
        <Palette open={palette} onOpenChange={setPalette} navigation={navigation} onShortcuts={() => setHelp(true)} />
      ) : null}
      {drawer ? <Drawer navigation={navigation} onClose={() => setDrawer(false)} /> : null}
      <ShortcutsDialog open={help} onOpenChange={setHelp} navigation={navigation} />
      <Favicon />
      <PageViews />
      <FeatureWatch />
    </LiveProvider>
  );
}
