import { type ClassValue, clsx } from "clsx";

/**
 * Joins class names. It does not resolve two classes that set the same property: a component marks the classes that its
 * callers may override with `ui:`, which makes them yield to any other class (globals.css). cn.test.ts finds missing
 * marks.
 */
export const cn = (...classes: ClassValue[]): string => clsx(classes);
