import type { ReactNode } from "react";
import { cn } from "@/app/_ui/cn";

type ListOptionProps = {
  /** The field refers to it as its active descendant. */
  id: string;
  /** Whether the arrow keys stand at it: the field keeps the focus. */
  isMarked: boolean;
  onPick: () => void;
  className?: string;
  children: ReactNode;
};

/** An entry of a list that opens at a text field. */
export function ListOption({ id, isMarked, onPick, className, children }: ListOptionProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isMarked}
      // Choose on pointer down: the field loses the focus, and the list closes, before a click arrives.
      onMouseDown={(event) => {
        event.preventDefault();
        onPick();
      }}
      className={cn("cursor-pointer rounded px-2", isMarked && "bg-raised", className)}
    >
      {children}
    </div>
  );
}
