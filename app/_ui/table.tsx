import type { ComponentProps } from "react";
import { cn } from "./cn";

/**
 * A table in its own scroll area, so that the page never scrolls sideways. The header sticks when the area is given a
 * height through `areaClassName` (max-h-…). `label` names the table for screen readers.
 */
export function Table({
  label,
  className,
  areaClassName,
  ...rest
}: ComponentProps<"table"> & { label: string; areaClassName?: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
    <section aria-label={label} tabIndex={0} className={cn("relative overflow-auto -outline-offset-2", areaClassName)}>
      <table
        aria-label={label}
        className={cn("w-full border-separate border-spacing-0 text-sm", className)}
        {...rest}
      />
    </section>
  );
}

export function THead(props: ComponentProps<"thead">) {
  return <thead {...props} />;
}

export function TBody({ className, ...rest }: ComponentProps<"tbody">) {
  return <tbody className={cn("[&>tr:last-child>td]:border-b-0", className)} {...rest} />;
}

export function Tr({ className, ...rest }: ComponentProps<"tr">) {
  return <tr className={cn("group h-8 hover:bg-raised/60 data-[selected=true]:bg-accent-soft", className)} {...rest} />;
}

export function Th({ className, ...rest }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      className={cn(
        "sticky top-0 z-10 h-8 whitespace-nowrap border-line border-b bg-panel ui:px-3 ui:text-left font-medium text-[13px] text-muted",
        className,
      )}
      {...rest}
    />
  );
}

/** The head of a column of buttons, whose label is for screen readers only. */
export function ActionsTh() {
  return (
    <Th>
      <span className="sr-only">Actions</span>
    </Th>
  );
}

export function Td({ className, ...rest }: ComponentProps<"td">) {
  return <td className={cn("h-8 ui:whitespace-nowrap border-line border-b ui:px-3 ui:py-0.5", className)} {...rest} />;
}
