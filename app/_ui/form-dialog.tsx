"use client";
import { type ReactNode, useId } from "react";
import { errorText } from "@/lib/client/api";
import { Button } from "./button";
import { Dialog } from "./dialog";

type FormDialogProps = {
  title: ReactNode;
  description?: ReactNode;
  /** The button's label, which names the action: "Track player". */
  verb: string;
  /** Whether the required fields are filled in. */
  ready: boolean;
  busy: boolean;
  /** An error that no field shows. */
  problem?: unknown;
  onSubmit: () => void;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
};

/** A dialog that creates something from a few fields. Mount it to open it, so that it starts empty each time. */
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
