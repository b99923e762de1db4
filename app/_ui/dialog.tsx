"use client";
import { Slot } from "radix-ui";
import { type ReactNode, useState } from "react";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Button } from "./button";
import { Field, Input } from "./input";
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

const Layer = lazyPart(() => import("./dialog-layer"));

/** A modal dialog: focus is trapped, Escape closes, the page behind is inert. On phones it fills the width. */
export function Dialog({ open, onOpenChange, trigger, ...content }: DialogProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  const isOpen = open ?? ownOpen;
  // A dialog opened by the address alone is missing from the server's HTML, so it waits for hydration.
  const hydrated = useHydrated();
  const change = (next: boolean) => {
    setOwnOpen(next);
    onOpenChange?.(next);
  };
  return (
    <>
      {trigger ? (
        <Slot.Root
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          onPointerEnter={Layer.preload}
          onFocus={Layer.preload}
          onClick={() => change(true)}
        >
          {trigger}
        </Slot.Root>
      ) : null}
      {isOpen && hydrated ? <Layer onOpenChange={change} {...content} /> : null}
    </>
  );
}

type ConfirmDialogProps = {
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

/** The state of a confirmation: the typed text, and whether the action is running or was refused. */
function useConfirm({ open: given, onOpenChange, typeToConfirm, disabled, onConfirm }: ConfirmDialogProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isReady = !disabled && (typeToConfirm === undefined || typed === typeToConfirm);
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm();
      setTyped("");
      setOwnOpen(false);
      onOpenChange?.(false);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "Something went wrong. Try again.");
    } finally {
      setBusy(false);
    }
  };
  return {
    isOpen: given ?? ownOpen,
    setOpen: (next: boolean) => {
      if (busy) return;
      setTyped("");
      setProblem(null);
      setOwnOpen(next);
      onOpenChange?.(next);
    },
    ...{ typed, setTyped, busy, problem, isReady },
    submit: () => {
      if (isReady) void confirm();
    },
  };
}

/** Asks before something disruptive: names the object and the consequence, never a bare "Are you sure?". */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { trigger, title, consequence, verb, typeToConfirm, tone = "danger", children } = props;
  const answer = useConfirm(props);
  const { busy, problem } = answer;
  return (
    <Dialog
      open={answer.isOpen}
      onOpenChange={answer.setOpen}
      trigger={trigger}
      title={title}
      className="max-w-md"
      footer={
        <>
          <Button onClick={() => answer.setOpen(false)} disabled={busy}>
            Cancel
          </Button>
          <Button variant={tone} type="submit" form="confirm-dialog" loading={busy} disabled={!answer.isReady}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id="confirm-dialog"
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          answer.submit();
        }}
      >
        <div className="text-muted text-sm">{consequence}</div>
        {children}
        {typeToConfirm !== undefined ? (
          <Field
            label={
              <>
                Type <code className="select-all rounded bg-raised px-1">{typeToConfirm}</code> to confirm
              </>
            }
          >
            <Input
              value={answer.typed}
              onChange={(event) => answer.setTyped(event.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
        ) : null}
        {problem ? (
          <p role="alert" className="text-[13px] text-bad">
            {problem}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
