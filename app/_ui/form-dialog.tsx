"use client";
import { type ReactNode, useId } from "react";
import { errorText } from "@/lib/client/api";
import { Button } from "./button";
import { Dialog } from "./dialog";

type FormDialogProps = {
  title: ReactNode;
  description?: ReactNode;
  /** The button's label; equals the action: "Track player". */
  verb: string;
  /** Whether enough is filled in to try. */
  ready: boolean;
  busy: boolean;
  /** A refusal that no field shows. */
  problem?: unknown;
  onSubmit: () => void;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
};

/** A dialog that makes something of a few fields. Mount it to open it: it starts empty each time. */
export function FormDialog(props: FormDialogProps) {
  const { title, description, verb, ready, busy, problem, onSubmit, onClose, children } = props;
  const form = useId();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={form} loading={busy} disabled={!ready}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {problem ? (
          <p role="alert" className="text-[13px] text-bad">
            {errorText(problem)}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
