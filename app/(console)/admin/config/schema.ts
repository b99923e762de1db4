/** The form fields of each section. Built on the server, so that the browser needs neither the contract nor zod. */
import { z } from "zod";
import { SECTIONS, type SectionName } from "@/lib/core/settings/contract";

/** The parts of a field's schema that forms use; `unit` and `lines` come from the contract. */
export type FieldSchema = {
  type?: string;
  title?: string;
  description?: string;
  unit?: string;
  lines?: boolean;
  format?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  items?: FieldSchema;
  properties?: Record<string, FieldSchema>;
  additionalProperties?: FieldSchema | boolean;
  anyOf?: FieldSchema[];
};
export type Section = {
  title: string;
  help: string;
  defaults: Record<string, unknown>;
  /** JSON Schema by field, which the forms are generated from. */
  fields: Record<string, FieldSchema>;
};
export type Sections = Record<SectionName, Section>;

export function readSections(): Sections {
  return Object.fromEntries<unknown>(
    Object.entries(SECTIONS).map(([name, { title, help, defaults, values }]) => [
      name,
      { title, help, defaults, fields: z.toJSONSchema(values, { io: "input", unrepresentable: "any" }).properties },
    ]),
  ) as Sections;
}
