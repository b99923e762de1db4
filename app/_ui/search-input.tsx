import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { Input } from "./input";

type SearchInputProps = Omit<ComponentProps<"input">, "type" | "onChange"> & {
  "aria-label": string;
  onText: (text: string) => void;
  /** Classes for the box around the input and its icon. */
  boxClassName?: string;
};

/** A search field with an icon. */
export function SearchInput({ onText, boxClassName, className, ...rest }: SearchInputProps) {
  return (
    <span className={cn("relative block", boxClassName)}>
      <Search
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 size-4 text-faint"
        aria-hidden
      />
      <Input
        type="search"
        className={cn("pl-8", className)}
        onChange={(event) => onText(event.target.value)}
        {...rest}
      />
    </span>
  );
}
