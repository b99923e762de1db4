"use client";
import { type ReactNode, useState } from "react";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Slot } from "./slot";
import { useHydrated } from "./use-hydrated";

export type DialogProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** A button that opens the dialog. Leave it out when the caller controls `open`. */
  trigger?: ReactNode;
  title: ReactNode;
  description?: ReactNode;
  /** The row of buttons at the bottom. */
  footer?: ReactNode;
  className?: string;
  children?: ReactNode;
};

export type ConfirmDialogProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactNode;
  /** Names the object: "Delete bot Greeter". */
  title: ReactNode;
  /** States plainly what the action will change. */
  consequence: ReactNode;
  /** The button's label, which names the action: "Delete bot". */
  verb: string;
  /** The text to type before the button is enabled, for actions that cannot be undone. */
  typeToConfirm?: string;
  tone?: "danger" | "primary";
  /** More fields between the consequence and the buttons, such as a password. */
  children?: ReactNode;
  disabled?: boolean;
  /** The dialog closes when this resolves and shows the error's message when it rejects. */
  onConfirm: () => unknown;
};

const Layer = lazyPart(() => import("./dialog-layer"));
const Confirmation = lazyPart(() => import("./confirm-layer"));

type OpeningProps = Pick<DialogProps, "open" | "onOpenChange">;

/** Whether a dialog is open, which its caller may control. */
function useOpening({ open, onOpenChange }: OpeningProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  const isOpen = open ?? ownOpen;
  // A dialog opened by the address alone is missing from the server's HTML, so it waits for hydration.
  const hydrated = useHydrated();
  const change = (next: boolean) => {
    setOwnOpen(next);
    onOpenChange?.(next);
  };
  return { isOpen, isShown: isOpen && hydrated, change };
}

type TriggerProps = { isOpen: boolean; onOpen: () => void; onApproach: () => void; children: ReactNode };

function Trigger({ isOpen, onOpen, onApproach, children }: TriggerProps) {
  if (!children) return null;
  return (
    <Slot
      aria-haspopup="dialog"
      aria-expanded={isOpen}
      onPointerEnter={onApproach}
      onFocus={onApproach}
      onClick={onOpen}
    >
      {children}
    </Slot>
  );
}

/** A modal dialog: focus is trapped, Escape closes, the page behind is inert. On phones it fills the width. */
export function Dialog({ open, onOpenChange, trigger, ...content }: DialogProps) {
  const { isOpen, isShown, change } = useOpening({ open, onOpenChange });
  return (
    <>
      <Trigger isOpen={isOpen} onOpen={() => change(true)} onApproach={Layer.preload}>
        {trigger}
      </Trigger>
      {isShown ? <Layer onOpenChange={change} {...content} /> : null}
    </>
  );
}

/** Asks before something disruptive: names the object and the consequence, never a bare "Are you sure?". */
export function ConfirmDialog({ open, onOpenChange, trigger, ...question }: ConfirmDialogProps) {
  const { isOpen, isShown, change } = useOpening({ open, onOpenChange });
  return (
    <>
      <Trigger isOpen={isOpen} onOpen={() => change(true)} onApproach={Confirmation.preload}>
        {trigger}
      </Trigger>
      {isShown ? <Confirmation onOpenChange={change} {...question} /> : null}
    </>
  );
}
