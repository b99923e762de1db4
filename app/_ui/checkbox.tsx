import { Check, Minus } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "./cn";

type CheckboxProps = Omit<ComponentProps<"button">, "children"> & {
  checked: boolean | "indeterminate";
  onCheckedChange: (checked: boolean) => void;
};

/**
 * A checkbox; `checked="indeterminate"` means that some of several items are checked. Space toggles it, Enter does not.
 */
export function Checkbox({ checked, onCheckedChange, className, ...rest }: CheckboxProps) {
  const mixed = checked === "indeterminate";
  return (
    // biome-ignore lint/a11y/useSemanticElements: while an input has the focus the page's own keys rest
    <button
      type="button"
      role="checkbox"
      aria-checked={mixed ? "mixed" : checked}
      onClick={() => onCheckedChange(checked !== true)}
      onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      className={cn(
        "grid ui:size-4 shrink-0 place-items-center rounded border disabled:opacity-50",
        checked ? "border-accent bg-accent text-accent-fg" : "border-line-strong bg-panel",
        className,
      )}
      {...rest}
    >
      {mixed ? <Minus className="size-3" /> : checked ? <Check className="size-3" /> : null}
    </button>
  );
}
