import type { ComponentProps } from "react";
import { cn } from "./cn";

export function Kbd({ className, ...rest }: ComponentProps<"kbd">) {
  return (
    <kbd
      className={cn(
        "ui:inline-flex h-5 min-w-5 items-center justify-center rounded border border-line bg-raised px-1 font-sans text-muted text-xs",
        className,
      )}
      {...rest}
    />
  );
}
