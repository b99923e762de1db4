import { type ClassValue, clsx } from "clsx";

/**
 * Joins class names. Two that set the same property are not told apart here: classes of a component that its callers may
 * override carry `ui:` and yield to any other (globals.css; cn.test.ts looks for those that do not).
 */
export const cn = (...classes: ClassValue[]): string => clsx(classes);
