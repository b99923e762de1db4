"use client";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { Dialog } from "@/app/_ui/dialog";
import { Kbd } from "@/app/_ui/kbd";
import { isBusy } from "@/app/_ui/use-page-keys";
import { leave } from "./leave-guard";
import { isCurrent, type navigationFor } from "./navigation";

type Navigation = ReturnType<typeof navigationFor>;

/** The time in which the second key must follow g. */
const SEQUENCE_MS = 1500;

/** Cmd/Ctrl-K opens the palette, g then a letter goes to a page, ? lists the shortcuts. */
export function useShortcuts(navigation: Navigation, open: { openPalette: () => void; openHelp: () => void }): void {
  const router = useRouter();
  const latest = useRef({ navigation, open });
  useEffect(() => {
    latest.current = { navigation, open };
  });
  useEffect(() => {
    let waitingSince = 0;
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && key === "k") {
        event.preventDefault();
        latest.current.open.openPalette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return;
      if (Date.now() - waitingSince < SEQUENCE_MS) {
        waitingSince = 0;
        const item = latest.current.navigation.main.flatMap((group) => group.items).find((each) => each.key === key);
        if (item) {
          // Stop the event, because pages have single-letter shortcuts of their own.
          event.preventDefault();
          event.stopImmediatePropagation();
          leave(() => router.push(item.href));
        }
        return;
      }
      if (key === "g") waitingSince = Date.now();
      else if (event.key === "?") {
        event.preventDefault();
        latest.current.open.openHelp();
      }
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [router]);
}

type ShortcutsDialogProps = { open: boolean; onOpenChange: (open: boolean) => void; navigation: Navigation };

/** The list of keys. */
export function ShortcutsDialog({ open, onOpenChange, navigation }: ShortcutsDialogProps) {
  const pathname = usePathname();
  const items = navigation.main.flatMap((group) => group.items);
  const here = items.find((item) => isCurrent(item.href, pathname));
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" className="max-w-sm">
      <Keys
        rows={[
          ["Search bots, tickets, pages and actions", ["Ctrl", "K"]],
          ["Show this list", ["?"]],
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
