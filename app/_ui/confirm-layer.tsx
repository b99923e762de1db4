"use client";
import { useState } from "react";
import { Button } from "./button";
import type { ConfirmDialogProps } from "./dialog";
import DialogLayer from "./dialog-layer";
import { Field, Input } from "./input";

type LayerProps = Omit<ConfirmDialogProps, "open" | "trigger" | "onOpenChange"> & {
  onOpenChange: (open: boolean) => void;
};

/** The state of a confirmation: the typed text, and whether the action is running or was refused. */
function useConfirm({ onOpenChange, typeToConfirm, disabled, onConfirm }: LayerProps) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isReady = !disabled && (typeToConfirm === undefined || typed === typeToConfirm);
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "Something went wrong. Try again.");
    } finally {
      setBusy(false);
    }
  };
  return {
    setOpen: (next: boolean) => {
      if (!busy) onOpenChange(next);
    },
    ...{ typed, setTyped, busy, problem, isReady },
    submit: () => {
      if (isReady) void confirm();
    },
  };
}

/** An open question. In a file of its own, so that pages load its code only when the first one is asked. */
export default function ConfirmLayer(props: LayerProps) {
  const { title, consequence, verb, typeToConfirm, tone = "danger", children } = props;
  const answer = useConfirm(props);
  const { busy, problem } = answer;
  return (
    <DialogLayer
      onOpenChange={answer.setOpen}
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
    </DialogLayer>
  );
}
