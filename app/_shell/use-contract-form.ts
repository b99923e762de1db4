"use client";
import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect, useState } from "react";
import { type DefaultValues, type FieldValues, type Path, useForm } from "react-hook-form";
import type { z } from "zod";
import { ApiError, errorText } from "@/lib/client/api";
import { formWording } from "../_ui/form-wording";

/**
 * A form over a contract's body. `submit` runs `send` with the parsed values and puts a refusal where it belongs: at
 * the field the server named, else in `problem`. After a 429 `waitSeconds` counts down to when it may be tried again.
 */
export function useContractForm<In extends FieldValues, Out>(
  schema: z.ZodType<Out, In>,
  defaultValues: DefaultValues<In>,
  send: (values: Out) => Promise<unknown>,
) {
  const form = useForm<In, unknown, Out>({
    // biome-ignore lint/suspicious/noExplicitAny: the resolver's overloads do not follow generic schemas
    resolver: zodResolver(schema as any, { error: formWording }) as any,
    defaultValues,
    mode: "onTouched",
  });
  const [blockedUntil, setBlockedUntil] = useState(0);
  const waitSeconds = useCountdown(blockedUntil);
  const submit = form.handleSubmit(async (values) => {
    try {
      await send(values);
    } catch (error) {
      const field = error instanceof ApiError ? error.field?.split(".")[0] : undefined;
      if (error instanceof ApiError && error.status === 429) {
        setBlockedUntil(Date.now() + (error.retryAfter ?? 60) * 1000);
        form.setError("root", { message: error.message.replace(/[.!]?$/, ".") });
      } else if (field && field in form.getValues()) {
        form.setError(field as Path<In>, { message: sentence(errorText(error)) }, { shouldFocus: true });
      } else {
        form.setError("root", { message: errorText(error) });
      }
    }
  });
  const errors = form.formState.errors;
  return {
    form,
    submit,
    busy: form.formState.isSubmitting,
    problem: errors.root?.message,
    waitSeconds,
    /** The message to show at a field, if any. */
    errorOf: (name: Path<In>) => errors[name]?.message as string | undefined,
  };
}

/** Server messages begin with the field's name in lower case; under its label they read as a sentence. */
function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

function useCountdown(until: number): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (until <= Date.now()) return;
    setNow(Date.now());
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [until]);
  return Math.max(0, Math.ceil((until - now) / 1000));
}

/** A span in seconds as a person says it: "45 s", "14 min 5 s". */
export function spanText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return rest ? `${Math.floor(seconds / 60)} min ${rest} s` : `${seconds / 60} min`;
}
