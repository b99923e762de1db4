"use client";
import { Command } from "cmdk";
import { LoaderCircle, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { leave } from "./leave-guard";
import type { navigationFor } from "./navigation";
import { ActionItems, BotItems, PageItems, TicketItems } from "./palette-groups";
import { usePaletteSearch } from "./use-palette-search";

type PaletteProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  navigation: ReturnType<typeof navigationFor>;
  onShortcuts: () => void;
};

/**
 * The command palette (Cmd/Ctrl-K). Pages and actions are filtered in the browser; bots and tickets are searched on the
 * server.
 */
export function Palette({ open, onOpenChange, navigation, onShortcuts }: PaletteProps) {
  const router = useRouter();
  const [text, setText] = useState("");
  const found = usePaletteSearch(text, open);
  const close = () => {
    onOpenChange(false);
    setText("");
  };
  const act = (action: () => void) => {
    close();
    action();
  };
  const go = (href: string) => act(() => leave(() => router.push(href)));
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? onOpenChange(true) : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-black/45" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[10vh] left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 animate-appear overflow-hidden rounded-md border border-line bg-panel shadow-pop"
        >
          <Dialog.Title className="sr-only">Search</Dialog.Title>
          <Command label="Search bots, tickets, pages and actions" loop filter={score}>
            <div className="flex items-center gap-2.5 border-line border-b px-4">
              <Search className="size-4 shrink-0 text-faint" aria-hidden />
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder="Search bots, tickets, pages and actions…"
                className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-faint sm:text-sm"
              />
              {found.isFetching ? <LoaderCircle className="size-4 animate-spin text-faint" aria-hidden /> : null}
            </div>
            <Command.List className="max-h-[min(26rem,60vh)] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-8 text-center text-muted">
                {found.isError
                  ? "Search failed because the server did not respond. Try again."
                  : `No results for “${text}”.`}
              </Command.Empty>
              <PageItems navigation={navigation} onGo={go} />
              <BotItems bots={found.bots} onGo={go} />
              <TicketItems tickets={found.tickets} onGo={go} />
              <ActionItems onShortcuts={onShortcuts} onAct={act} />
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/**
 * Rates how well an item matches, 0 to 1. Bots and tickets always match, because the server found them by text that is
 * not shown here. For pages and actions, every typed word must begin one of their words; an exact title comes first.
 */
function score(value: string, search: string): number {
  const [kind, ...keywords] = value.toLowerCase().split(/\s+/);
  if (kind === "bot" || kind === "ticket") return 0.8;
  const typed = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!typed.every((part) => keywords.some((word) => word.startsWith(part)))) return 0;
  return keywords[0]?.startsWith(typed[0] ?? "") ? 1 : 0.5;
}
