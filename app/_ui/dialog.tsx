"use client";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Button } from "./button";
import { cn } from "./cn";
import { Field, Input } from "./input";

type DialogProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** A button that opens the dialog; leave out when `open` is held by the caller. */
  trigger?: ReactNode;
  title: ReactNode;
  description?: ReactNode;
  /** The row of buttons at the bottom. */
  footer?: ReactNode;
  className?: string;
  children?: ReactNode;
};

/** Focus starts at the first field, or at the first (harmless) button of the footer: never at the cross. */
function focusFirst(event: Event) {
  const content = event.currentTarget as HTMLElement | null;
  const target = content?.querySelector<HTMLElement>(
    "input:not([type=hidden]):not(:disabled), textarea:not(:disabled), select:not(:disabled), [contenteditable=true], footer button:not(:disabled)",
  );
  if (!target) return;
  event.preventDefault();
  target.focus();
}

/** A modal dialog: focus is trapped, Escape closes, the page behind is inert. On phones it fills the width. */
export function Dialog({ open, onOpenChange, trigger, title, description, footer, className, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      {trigger ? <Radix.Trigger asChild>{trigger}</Radix.Trigger> : null}
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-black/45" />
        <Radix.Content
          onOpenAutoFocus={focusFirst}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "fixed top-[8vh] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-1.5rem)] max-w-lg -translate-x-1/2 animate-appear flex-col rounded-md border border-line bg-panel shadow-pop",
            className,
          )}
        >
          <header className="flex items-start justify-between gap-3 border-line border-b px-4 py-3">
            <div className="min-w-0">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-0.5 text-[13px] text-muted">{description}</Radix.Description>
              ) : null}
            </div>
            <Radix.Close asChild>
              <Button variant="ghost" size="sm" icon aria-label="Close">
                <X />
              </Button>
            </Radix.Close>
          </header>
          {children ? <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div> : null}
          {footer ? (
            <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">{footer}</footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type ConfirmDialogProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactNode;
  /** Names the object: "Delete bot Greeter". */
  title: ReactNode;
  /** What will be true afterwards, plainly. */
  consequence: ReactNode;
  /** The button's label; equals the action: "Delete bot". */
  verb: string;
  /** For what cannot be undone: the text to type before the button works. */
  typeToConfirm?: string;
  tone?: "danger" | "primary";
  /** More fields (a password, say) between the consequence and the buttons. */
  children?: ReactNode;
  disabled?: boolean;
  /** The dialog closes when this resolves and shows the error's message when it rejects. */
  onConfirm: () => unknown;
};

/** Asks before something disruptive: names the object and the consequence, never a bare "Are you sure?". */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { trigger, title, consequence, verb, typeToConfirm, tone = "danger", children, disabled, onConfirm } = props;
  const [ownOpen, setOwnOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const open = props.open ?? ownOpen;
  const setOpen = (next: boolean) => {
    if (busy) return;
    setTyped("");
    setProblem(null);
    setOwnOpen(next);
    props.onOpenChange?.(next);
  };
  const ready = !disabled && (typeToConfirm === undefined || typed === typeToConfirm);
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm();
      setTyped("");
      setOwnOpen(false);
      props.onOpenChange?.(false);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "That did not work.");
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={trigger}
      title={title}
      className="max-w-md"
      footer={
        <>
          <Button onClick={() => setOpen(false)} disabled={busy}>
            Cancel
          </Button>
          <Button variant={tone} type="submit" form="confirm-dialog" loading={busy} disabled={!ready}>
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
          if (ready) void confirm();
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
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
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
