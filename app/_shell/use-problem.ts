"use client";
import { useState } from "react";
import { ApiError, errorText } from "@/lib/client/api";

type Problem = { field?: string; message: string };

/** Holds the problem of a form, which is that of one field or of the whole form. */
export function useProblem() {
  const [problem, setProblem] = useState<Problem | null>(null);
  return {
    report: (field: string, message: string) => setProblem({ field, message }),
    /** Shows a refusal of the server, at the field that it names. */
    reportError: (error: unknown) =>
      setProblem({ field: error instanceof ApiError ? error.field : undefined, message: errorText(error) }),
    clear: () => setProblem(null),
    errorOf: (field: string) => (problem?.field === field ? problem.message : undefined),
    /** The message, unless it belongs to one of the fields that show their own. */
    messageBeside: (fields: readonly string[]) =>
      problem && !fields.includes(problem.field ?? "") ? problem.message : undefined,
  };
}
