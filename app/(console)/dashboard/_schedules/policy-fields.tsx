"use client";
import { Field, Select } from "@/app/_ui/input";
import type { ScheduleDraft } from "./schedule-draft";
import { POLICIES } from "./texts";

type Policies = Pick<ScheduleDraft, keyof typeof POLICIES>;
type Props = { draft: Policies; set: (change: Partial<Policies>) => void };

/** Chooses what happens to bots that are offline or busy, and to times that were missed. */
export function PolicyFields({ draft, set }: Props) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {Object.entries(POLICIES).map(([name, { label, ...choices }]) => (
        <Field key={name} label={label}>
          <Select
            value={draft[name as keyof Policies]}
            onChange={(event) => set({ [name]: event.target.value } as Partial<Policies>)}
          >
            {Object.entries(choices).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </Select>
        </Field>
      ))}
    </div>
  );
}
