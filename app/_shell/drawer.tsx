"use client";
import { Dialog } from "radix-ui";
import type { NavGroup } from "./navigation";
import { Sidebar } from "./sidebar";

/** The navigation of a narrow window, while it is open. */
export default function Drawer({ userId, navigation, onClose }: DrawerProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-black/45 lg:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 flex w-64 max-w-[85vw] animate-slide-in flex-col border-line border-r bg-panel shadow-pop lg:hidden"
        >
          <Dialog.Title className="sr-only">Navigation</Dialog.Title>
          <Sidebar userId={userId} navigation={navigation} onNavigate={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type DrawerProps = { userId: number; navigation: NavGroup[]; onClose: () => void };
