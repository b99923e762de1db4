"use client";
import { cloneElement, isValidElement, type ReactElement, type ReactNode, type Ref, use, useMemo } from "react";

type Props = Record<string, unknown>;
type SlotProps = Props & { ref?: Ref<HTMLElement>; children?: ReactNode };

const LAZY = Symbol.for("react.lazy");

/** A child that a server component passed may be a promise of the element. */
function elementOf(child: ReactNode): ReactElement<Props> | null {
  let found: unknown = child;
  while ((found as { $$typeof?: symbol } | null | undefined)?.$$typeof === LAZY)
    found = use((found as { _payload: Promise<unknown> })._payload);
  return isValidElement<Props>(found) ? found : null;
}

/** Gives an element to a ref. @returns what takes it back */
function give(ref: Ref<HTMLElement> | undefined, element: HTMLElement | null): () => void {
  if (typeof ref === "function") return ref(element) ?? (() => void ref(null));
  if (!ref) return () => undefined;
  ref.current = element;
  return () => {
    ref.current = null;
  };
}

/** The child's props win; handlers of both run, the child's first, and class names are joined. */
function merged(own: Props, child: Props): Props {
  const props: Props = { ...own, ...child };
  for (const [name, value] of Object.entries(own)) {
    const other = child[name];
    if (!value || !other) {
      if (!other) props[name] = value;
    } else if (/^on[A-Z]/.test(name)) {
      props[name] = (...args: unknown[]) => {
        (other as (...args: unknown[]) => void)(...args);
        (value as (...args: unknown[]) => void)(...args);
      };
    } else if (name === "className") props[name] = `${value} ${other}`;
    else if (name === "style") props[name] = { ...value, ...other };
  }
  return props;
}

/** Renders its only child with further props. Radix has the same, at a kilobyte of every page. */
export function Slot({ children, ref, ...props }: SlotProps) {
  const child = elementOf(children);
  const inner = child?.props.ref as Ref<HTMLElement> | undefined;
  const both = useMemo(() => {
    if (!ref || !inner) return ref ?? inner;
    return (element: HTMLElement | null) => {
      const ends = [give(ref, element), give(inner, element)];
      return () => {
        for (const end of ends) end();
      };
    };
  }, [ref, inner]);
  return child ? cloneElement(child, { ...merged(props, child.props), ref: both }) : null;
}
