/** The addresses of the sections, apart from their shapes: pages load these without zod. */
import type { SectionName } from "./sections/contract";

export const sectionCall = <M extends "GET" | "PUT">(method: M, name: SectionName) =>
  ({ method, path: `/api/config/${name}` }) as const;
