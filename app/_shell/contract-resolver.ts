"use client";
import { zodResolver } from "@hookform/resolvers/zod";
import { formWording } from "../_ui/form-wording";

/** What react-hook-form asks about a form's values. Apart, because zod is fetched only when a form is used. */
// biome-ignore lint/suspicious/noExplicitAny: the resolver's overloads do not follow generic schemas
export const resolverOf = (schema: any) => zodResolver(schema, { error: formWording });
