/** The sections as JSON Schema, which the forms are generated from. Made on the server: the browser needs the result alone. */
import { z } from "zod";
import { SECTIONS, type SectionName } from "@/lib/config/contract";

/** What the forms read of a field's schema; `unit` and `lines` come from the contract. */
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
export type SectionSchemas = Record<SectionName, Record<string, FieldSchema>>;

export function sectionSchemas(): SectionSchemas {
  return Object.fromEntries(
    Object.entries(SECTIONS).map(([name, { values }]) => [
      name,
      z.toJSONSchema(values, { io: "input", unrepresentable: "any" }).properties,
    ]),
  ) as SectionSchemas;
}
