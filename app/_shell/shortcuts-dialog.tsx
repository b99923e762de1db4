"use client";
import { usePathname } from "next/navigation";
import { Dialog } from "@/app/_ui/dialog";
import { Kbd } from "@/app/_ui/kbd";
import { isCurrent, type NavGroup } from "./navigation";
import { keysOf, type ShownTo } from "./page-keys";

type ShortcutsDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  navigation: NavGroup[];
  user: ShownTo;
};

/** The list of keys. */
export default function ShortcutsDialog({ open, onOpenChange, navigation, user }: ShortcutsDialogProps) {
  const pathname = usePathname();
  const items = navigation.flatMap((group) => group.items);
  const here = items.find((item) => isCurrent(item.href, pathname));
  const keys = keysOf(here?.href, user);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" className="max-w-sm">
      <Keys
        rows={[
          ["Search bots, tickets, pages and actions", ["Ctrl", "K"]],
          ["Show this list", ["?"]],
          ["Next or previous row of a list", ["j", "k"]],
          ["Open the row", ["Enter"]],
          ["Search the list", ["/"]],
          ["Move the page up or down in the sidebar", ["Alt", "↑"]],
          ...items
            .filter((item) => item.key)
            .map((item): [string, string[]] => [`Go to ${item.label}`, ["g", item.key ?? ""]]),
        ]}
      />
      {here && keys.length > 0 ? (
        <>
          <h3 className="mt-4 mb-2 border-line border-t pt-3 font-medium text-[13px]">{here.label}</h3>
          <Keys rows={keys.map(({ what, keys }) => [what, keys])} />
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
