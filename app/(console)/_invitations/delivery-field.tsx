"use client";
import { Field, Select } from "@/app/_ui/input";

export type Delivery = "mail" | "link";

/** The choice how somebody gets a link. */
export function DeliveryField({ value, onChange }: { value: Delivery; onChange: (value: Delivery) => void }) {
  return (
    <Field label="Send the link">
      <Select value={value} onChange={(event) => onChange(event.target.value as Delivery)}>
        <option value="link">Show it to me once</option>
        <option value="mail">By email</option>
      </Select>
    </Field>
  );
}
