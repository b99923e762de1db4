"use client";
import { type ReactNode, useId } from "react";
import type { DefaultValues, FieldValues } from "react-hook-form";
import type { z } from "zod";
import { Button } from "@/app/_ui/button";
import { Dialog, type DialogProps } from "@/app/_ui/dialog";
import { FormProblem } from "./form-problem";
import { useContractForm } from "./use-contract-form";

type Form<In extends FieldValues> = Pick<ReturnType<typeof useContractForm<In, unknown>>, "field" | "errorOf">;

type ContractDialogProps<In extends FieldValues, Out> = Pick<DialogProps, "title" | "description"> & {
  /** The button's label, which names the action: "Turn on". */
  verb: string;
  tone?: "primary" | "danger";
  /** The contract's body, which is imported on first use. */
  load: () => Promise<z.ZodType<Out, In>>;
  defaultValues: DefaultValues<In>;
  send: (values: Out) => Promise<unknown>;
  onClose: () => void;
  /** The fields. */
  children: (form: Form<In>) => ReactNode;
};

/** A dialog around the form of one contract. Mount it to open it, so that it starts empty each time. */
export function ContractDialog<In extends FieldValues, Out>(props: ContractDialogProps<In, Out>) {
  const { title, description, verb, tone = "primary", load, defaultValues, send, onClose, children } = props;
  const id = useId();
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(load, defaultValues, send);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      className="max-w-md"
      footer={
        <>
          {/* Keep the focus where it is: leaving an empty field shows its error, which moves this button from under the pointer. */}
          <Button onMouseDown={(event) => event.preventDefault()} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={id} variant={tone} loading={busy} disabled={!ready || waitSeconds > 0}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id={id}
        {...formProps}
        onSubmit={(event) => {
          // React also bubbles this event to a form that opened the dialog.
          event.stopPropagation();
          void formProps.onSubmit(event);
        }}
        className="space-y-4"
      >
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        {children({ field, errorOf })}
      </form>
    </Dialog>
  );
}
