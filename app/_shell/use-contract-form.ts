"use client";
import { type RefObject, useEffect, useRef, useState } from "react";
import {
  type DefaultValues,
  type FieldValues,
  type Path,
  type PathValue,
  type RegisterOptions,
  type Resolver,
  type UseFormReturn,
  useForm,
} from "react-hook-form";
import type { z } from "zod";
import { ApiError, errorText } from "@/lib/client/api";
import { readJson } from "@/lib/core/format/json";
import { useHydrated } from "../_ui/use-hydrated";
import type { Values } from "./merge";
import { useMerge } from "./use-merge";

type Versioned = {
  /** The version of `defaultValues`. Both follow the server. */
  version: number;
  /** The subject of the conflict message: "The schedule". */
  what: string;
  labels: Readonly<Record<string, string>>;
};

/**
 * A form over a contract's body, which `load` imports: on first use, because it loads zod. `submit` runs `send` with
 * the parsed values and shows an error at the field that the server named, else in `problem`. After a 429,
 * `waitSeconds` counts down to the next allowed attempt.
 *
 * With `stored`, the form edits stored values: while untouched it follows the live `defaultValues`, and `send` gets the
 * version that the edit started from. When somebody else saved first, `dialog` shows both values; render it beside the
 * form.
 */
export function useContractForm<In extends FieldValues, Out>(
  load: () => Promise<z.ZodType<Out, In>>,
  defaultValues: DefaultValues<In>,
  send: (values: Out, version?: number) => Promise<unknown>,
  stored?: Versioned,
) {
  const loadParts: LoadParts<In, Out> = () => Promise.all([import("./contract-resolver"), load()]);
  const form = useForm<In, unknown, Out>({
    resolver: resolverFor(loadParts),
    defaultValues,
    mode: "onTouched",
  });
  const base = useRef({ values: defaultValues as object, version: stored?.version ?? 0 });
  const merge = useMerge<object>({
    what: stored?.what ?? "",
    labels: stored?.labels,
    send: async (values, version) => {
      const saved = await send(values as Out, version);
      if (isVersioned(saved)) base.current = { values, version: saved.version };
    },
    fromStored: (values) => inShapeOf(base.current.values, values),
    onRebase: (values, now) => {
      base.current = now;
      form.reset(now.values as In);
      for (const [name, value] of Object.entries(values))
        form.setValue(name as Path<In>, value as PathValue<In, Path<In>>, { shouldDirty: true });
    },
  });
  useFollow(form, defaultValues, stored?.version, base);
  const { report, waitSeconds } = useRefusal(form);
  const submit = form.handleSubmit(async (values) => {
    try {
      if (stored) await merge.save(base.current, values as object);
      else await send(values);
    } catch (error) {
      report(error);
    }
  });
  const field = useFields(form);
  const errors = form.formState.errors;
  return {
    form,
    field,
    /**
     * Props of the form element. They make sure that a form sent before the page's code has loaded never puts passwords
     * into the address.
     */
    formProps: {
      onSubmit: submit,
      onFocus: () => void loadParts().catch(() => null),
      noValidate: true,
      method: "post" as const,
    },
    /** Submit buttons stay disabled until the page's code has loaded. */
    ready: useHydrated(),
    busy: form.formState.isSubmitting,
    problem: errors.root?.message,
    dialog: merge.dialog,
    waitSeconds,
    /** The message to show at a field, if any. */
    errorOf: (name: Path<In>) => errors[name]?.message as string | undefined,
  };
}

type LoadParts<In, Out> = () => Promise<[typeof import("./contract-resolver"), z.ZodType<Out, In>]>;

/** Validates with the contract, whose code is loaded on first use. */
function resolverFor<In extends FieldValues, Out>(loadParts: LoadParts<In, Out>): Resolver<In, unknown, Out> {
  return (async (values, context, options) => {
    const loaded = await loadParts().catch(() => null);
    // The validation code could not be loaded, for example after an upgrade. Submit anyway: the server validates as well.
    if (!loaded) return { values, errors: {} };
    const [{ resolverOf }, schema] = loaded;
    return resolverOf(schema)(values, context, options as never);
  }) as Resolver<In, unknown, Out>;
}

/** Shows an error at the field that the server named, else at the form. After a 429 it counts down. */
function useRefusal<In extends FieldValues, Out>(form: UseFormReturn<In, unknown, Out>) {
  const [blockedUntil, setBlockedUntil] = useState(0);
  const report = (error: unknown) => {
    const field = error instanceof ApiError ? error.field?.split(".")[0] : undefined;
    if (error instanceof ApiError && error.status === 429) {
      setBlockedUntil(Date.now() + (error.retryAfter ?? 60) * 1000);
      form.setError("root", { message: error.message.replace(/[.!]?$/, ".") });
    } else if (field && field in form.getValues()) {
      form.setError(field as Path<In>, { message: sentence(field, errorText(error)) }, { shouldFocus: true });
    } else {
      form.setError("root", { message: errorText(error) });
    }
  };
  return { report, waitSeconds: useCountdown(blockedUntil) };
}

/** Connects an input to a field. Text that was typed or autofilled before the page's code had loaded is kept. */
function useFields<In extends FieldValues, Out>(form: UseFormReturn<In, unknown, Out>) {
  const adopted = useRef(new Set<string>());
  return (name: Path<In>, options?: RegisterOptions<In, Path<In>>) => {
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
}

const isVersioned = (reply: unknown): reply is { version: number } =>
  typeof (reply as { version?: unknown } | null | undefined)?.version === "number";

/** Returns stored values in the form's shape: only its own fields, with "" for a value that is not set. */
function inShapeOf(values: object, stored: Values): object {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, stored[name] ?? (typeof value === "string" ? "" : value)]),
  );
}

/**
 * Updates an untouched form when the stored values change. A touched form keeps the values that its edit started from.
 */
function useFollow<In extends FieldValues, Out>(
  form: UseFormReturn<In, unknown, Out>,
  live: DefaultValues<In>,
  version: number | undefined,
  base: RefObject<{ values: object; version: number }>,
): void {
  const text = JSON.stringify(live);
  const { isDirty } = form.formState;
  const { reset } = form;
  useEffect(() => {
    if (version === undefined || isDirty || version <= base.current.version) return;
    const values = readJson<DefaultValues<In>>(text);
    base.current = { values, version };
    reset(values as In);
  }, [text, version, isDirty, reset, base]);
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
