import type { VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps } from "react";
import { buttonStyle } from "./button-style";
import { cn } from "./cn";
import { Slot } from "./slot";

type ButtonProps = ComponentProps<"button"> &
  VariantProps<typeof buttonStyle> & {
    /** Shows a spinner in place of the first icon and refuses clicks; the label stays, so the width does not jump. */
    loading?: boolean;
    /** Render the only child (a Link, say) with a button's looks. */
    asChild?: boolean;
  };

/** A button. `type` defaults to "button", so that a button inside a form does not submit it by accident. */
export function Button({ variant, size, icon, loading, asChild, className, children, disabled, ...rest }: ButtonProps) {
  const style = cn(buttonStyle({ variant, size, icon }), className);
  if (asChild) {
    return (
      <Slot className={style} {...rest}>
        {children}
      </Slot>
    );
  }
  return (
    <button
      type="button"
      className={cn(style, loading && "[&>svg:not([data-spinner])]:hidden")}
      disabled={disabled || loading}
      aria-busy={loading || undefined}
      {...rest}
    >
      {loading && <LoaderCircle data-spinner className="animate-spin" aria-hidden />}
      {children}
    </button>
  );
}
