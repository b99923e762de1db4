/** The addresses of the sections, apart from their shapes: pages load these without zod. */
import type { SectionName } from "./sections/contract";

/** The values of a section in a reply to its call. */
export function sectionStateOf(reply: unknown): { values: Record<string, unknown>; version: number } {
  const {
    version,
    success: _,
    message: __,
    config: ___,
    ...values
  } = reply as Record<string, unknown> & {
    version: number;
  };
  return { values, version };
}

export const sectionCall = <M extends "GET" | "PUT">(method: M, name: SectionName) =>
  ({ method, path: `/api/config/${name}` }) as const;
