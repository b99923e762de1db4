"use client";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { Dialog } from "@/app/_ui/dialog";
import { Select } from "@/app/_ui/input";

const EXPIRY: [string, number | null][] = [
  ["30 days", 30],
  ["90 days", 90],
  ["1 year", 365],
  ["Never", null],
];

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The new key, once it exists. It is shown here and never again. */
  secret: string | null;
  /** The id of the form within. */
  form: string;
  title: string;
  description: string;
  shownTitle: string;
  isReady: boolean;
  isBusy: boolean;
  children: ReactNode;
};

/** The dialog that makes a key: a form first, then the secret. */
export function NewKeyDialog({ open, onOpenChange, secret, form, isReady, isBusy, children, ...text }: Props) {
  const close = () => onOpenChange(false);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      trigger={
        <Button size="sm">
          <Plus />
          Create key
        </Button>
      }
      title={secret ? text.shownTitle : text.title}
      description={secret ? "Copy the key now. You cannot see it again." : text.description}
      footer={
        secret ? (
          <Button variant="primary" onClick={close}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" disabled={!isReady} form={form} variant="primary" loading={isBusy}>
              Create key
            </Button>
          </>
        )
      }
    >
      {secret ? (
        <div className="space-y-3">
          <CodeBlock code={secret} wrap />
          <p className="text-[13px] text-muted">
            Send it as <code>Authorization: Bearer …</code> with every request.
          </p>
        </div>
      ) : (
        children
      )}
    </Dialog>
  );
}

/** Reads the choice of `ExpirySelect`. */
export const readExpiry = (text: string): number | null => (text === "never" ? null : Number(text));

/** The choices of when a key expires. */
export const ExpirySelect = (props: Parameters<typeof Select>[0]) => (
  <Select {...props}>
    {EXPIRY.map(([label, days]) => (
      <option key={label} value={days ?? "never"}>
        {label}
      </option>
    ))}
  </Select>
);
