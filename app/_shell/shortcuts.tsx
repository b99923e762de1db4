"use client";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { Dialog } from "@/app/_ui/dialog";
import { Kbd } from "@/app/_ui/kbd";
import { isBusy, useKeySequence } from "@/app/_ui/use-page-keys";
import { leave } from "./leave-guard";
import { isCurrent, type NavGroup } from "./navigation";

type Navigation = NavGroup[];

/** Cmd/Ctrl-K opens the palette, g then a letter goes to a page, ? lists the shortcuts. */
export function useShortcuts(navigation: Navigation, open: { openPalette: () => void; openHelp: () => void }): void {
  const router = useRouter();
  const pages = navigation.flatMap(({ items }) => items);
  useKeySequence(
    "g",
    Object.fromEntries(
      pages.flatMap(({ key, href }) => (key === undefined ? [] : [[key, () => leave(() => router.push(href))]])),
    ),
  );
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && key === "k") {
        event.preventDefault();
        latest.current.openPalette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return;
      if (event.key !== "?") return;
      event.preventDefault();
      latest.current.openHelp();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, []);
}

type ShortcutsDialogProps = { open: boolean; onOpenChange: (open: boolean) => void; navigation: Navigation };

/** The list of keys. */
export function ShortcutsDialog({ open, onOpenChange, navigation }: ShortcutsDialogProps) {
  const pathname = usePathname();
  const items = navigation.flatMap((group) => group.items);
  const here = items.find((item) => isCurrent(item.href, pathname));
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" className="max-w-sm">
      <Keys
        rows={[
          ["Search bots, tickets, pages and actions", ["Ctrl", "K"]],
          ["Show this list", ["?"]],
          ["Next or previous row of a list", ["j", "k"]],
          ["Open the row", ["Enter"]],
          ["Search the list", ["/"]],
          ...items
            .filter((item) => item.key)
            .map((item): [string, string[]] => [`Go to ${item.label}`, ["g", item.key ?? ""]]),
        ]}
      />
      {here?.keys ? (
        <>
          <h3 className="mt-4 mb-2 border-line border-t pt-3 font-medium text-[13px]">{here.label}</h3>
          <Keys rows={here.keys.map(({ what, keys }) => [what, keys])} />
        </>
      ) : null}
    </Dialog>
  );
}

function Keys({ rows }: { rows: [string, string[]][] }) {
  return (
    <dl className="space-y-2">
      {rows.map(([what, keys]) => (
        <div key={what} className="flex items-center justify-between gap-4">
          <dt className="text-muted">{what}</dt>
          <dd className="flex gap-1">
            {keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
