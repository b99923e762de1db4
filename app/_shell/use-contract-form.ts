"use client";
import { useEffect, useRef, useState } from "react";
import {
  type DefaultValues,
  type FieldValues,
  type Path,
  type PathValue,
  type RegisterOptions,
  type Resolver,
  useForm,
} from "react-hook-form";
import type { z } from "zod";
import { ApiError, errorText } from "@/lib/client/api";
import { useHydrated } from "../_ui/use-hydrated";

const UNLOADED = "A part of this page could not be loaded. Check the connection and reload the page.";

/**
 * A form over a contract's body, which `load` imports: on first use, for it brings zod along. `submit` runs `send` with the parsed values and puts a refusal where it belongs: at
 * the field the server named, else in `problem`. After a 429 `waitSeconds` counts down to when it may be tried again.
 */
export function useContractForm<In extends FieldValues, Out>(
  load: () => Promise<z.ZodType<Out, In>>,
  defaultValues: DefaultValues<In>,
  send: (values: Out) => Promise<unknown>,
) {
  const parts = () => Promise.all([import("./contract-resolver"), load()]);
  const form = useForm<In, unknown, Out>({
    resolver: (async (values, context, options) => {
      const loaded = await parts().catch(() => null);
      if (!loaded) return { values: {}, errors: { root: { type: "load", message: UNLOADED } } };
      const [{ resolverOf }, schema] = loaded;
      return resolverOf(schema)(values, context, options as never);
    }) as Resolver<In, unknown, Out>,
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
        form.setError(field as Path<In>, { message: sentence(field, errorText(error)) }, { shouldFocus: true });
      } else {
        form.setError("root", { message: errorText(error) });
      }
    }
  });
  const adopted = useRef(new Set<string>());
  const ready = useHydrated();
  /** Ties an input to a field. What was typed or filled in before the page's code had loaded is kept, not wiped. */
  const field = (name: Path<In>, options?: RegisterOptions<In, Path<In>>) => {
    const props = form.register(name, options);
    return {
      ...props,
      defaultValue: (form.formState.defaultValues as Record<string, string | number | undefined> | undefined)?.[name],
      ref: (element: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | null) => {
        const before = element?.value ?? "";
        props.ref(element);
        if (!element || element instanceof HTMLSelectElement || adopted.current.has(name)) return;
        adopted.current.add(name);
        if (before === "" || before === element.value) return;
        const value = options?.valueAsNumber ? Number(before) : before;
        form.setValue(name, value as PathValue<In, Path<In>>, { shouldDirty: true });
      },
    };
  };
  const errors = form.formState.errors;
  return {
    form,
    field,
    /** Props of the form element. Were it sent before our code has loaded, passwords must not end up in the address. */
    formProps: {
      onSubmit: submit,
      onFocus: () => void parts().catch(() => null),
      noValidate: true,
      method: "post" as const,
    },
    /** Submit buttons stay disabled until then. */
    ready,
    busy: form.formState.isSubmitting,
    problem: errors.root?.message,
    waitSeconds,
    /** The message to show at a field, if any. */
    errorOf: (name: Path<In>) => errors[name]?.message as string | undefined,
  };
}

/** The server says "username: is taken"; under the field's label that reads "This is taken." */
function sentence(field: string, message: string): string {
  const rest = message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
  const text = /^(is|must|may|has|should|can|cannot) /.test(rest) ? `This ${rest}` : rest;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/[.!]?$/, ".");
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
