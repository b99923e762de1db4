"use client";
import { ChevronDown } from "lucide-react";
import { type ComponentProps, createContext, type ReactNode, useContext, useId } from "react";
import { cn } from "./cn";

/** Passes a Field's label, hint and error ids to the control inside it. */
const FieldContext = createContext<{ id: string; describedBy?: string; invalid: boolean } | null>(null);

function useFieldProps(own: { id?: string; "aria-describedby"?: string; "aria-invalid"?: unknown }) {
  const field = useContext(FieldContext);
  return {
    id: own.id ?? field?.id,
    "aria-describedby": own["aria-describedby"] ?? field?.describedBy,
    "aria-invalid": (own["aria-invalid"] as boolean | undefined) ?? (field?.invalid || undefined),
  };
}

const control =
  "ui:w-full rounded-md border border-line-strong/60 bg-panel ui:px-2.5 ui:text-sm text-text placeholder:text-faint transition-colors duration-100 hover:border-line-strong disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-bad [&[readonly]]:bg-raised";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cn(control, "ui:h-9", className)} {...rest} {...useFieldProps(rest)} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={cn(control, "ui:min-h-20 ui:py-2", className)} {...rest} {...useFieldProps(rest)} />;
}

/** The browser's own select in our style, because it works on phones and with every screen reader. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <span className={cn("relative inline-flex ui:w-full", className)}>
      <select className={cn(control, "h-9 appearance-none pr-8")} {...rest} {...useFieldProps(rest)}>
        {children}
      </select>
      <ChevronDown
        className="pointer-events-none absolute top-1/2 right-2 size-4 -translate-y-1/2 text-faint"
        aria-hidden
      />
    </span>
  );
}

function Label({ className, ...rest }: ComponentProps<"label">) {
  // biome-ignore lint/a11y/noLabelWithoutControl: callers pass htmlFor or wrap the control
  return <label className={cn("block font-medium text-[13px] text-text", className)} {...rest} />;
}

type FieldProps = {
  label: ReactNode;
  /** Shown in place of the hint; also marks the control invalid. */
  error?: ReactNode;
  hint?: ReactNode;
  /** Shown at the right end of the label's line. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
};

/**
 * A labelled form control with its hint or error below. The control inside gets its id and descriptions from a context.
 */
export function Field({ label, error, hint, aside, className, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <FieldContext value={{ id, describedBy: note ? `${id}-note` : undefined, invalid: Boolean(error) }}>
      <div className={cn("space-y-1", className)}>
        <div className="flex items-baseline justify-between gap-2">
          <Label htmlFor={id}>{label}</Label>
          {aside}
        </div>
        {children}
        {note ? (
          <p id={`${id}-note`} className={cn("text-[13px]", error ? "text-bad" : "text-faint")} aria-live="polite">
            {note}
          </p>
        ) : null}
      </div>
    </FieldContext>
  );
}
