"use client";
import { zodResolver } from "@hookform/resolvers/zod";
import type { FieldValues } from "react-hook-form";
import type { z } from "zod";
import { formWording } from "../_ui/form-wording";

/**
 * Validates a form with zod for react-hook-form. In a file of its own, because zod is fetched only when a form is used.
 */
export const resolverOf = <In extends FieldValues, Out>(schema: z.ZodType<Out, In>) =>
  zodResolver(schema, { error: formWording });
