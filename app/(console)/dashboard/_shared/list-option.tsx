import type { ReactNode } from "react";
import { cn } from "@/app/_ui/cn";

type ListOptionProps = {
  /** The id by which the text field names this entry as its active descendant. */
  id: string;
  /** Whether the arrow keys have selected this entry. The text field keeps the focus. */
  isMarked: boolean;
  onPick: () => void;
  className?: string;
  children: ReactNode;
};

/** An entry of the list that opens below a text field. */
export function ListOption({ id, isMarked, onPick, className, children }: ListOptionProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isMarked}
      // Choose on pointer down: on a click the field would lose the focus first, which closes the list.
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
