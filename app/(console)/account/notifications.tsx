"use client";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import type { Role } from "@/lib/identity/accounts/contract";
import { PreferenceTable } from "./preference-table";
import { BrowserPush } from "./push-browser";
import { PushDevices } from "./push-devices";

/** The person's notification preferences and the devices that receive pushes. */
export function Notifications({ role }: { role: Role }) {
  return (
    <Card id="notifications" aria-label="Notifications">
      <CardHeader>
        <CardTitle>Notifications</CardTitle>
      </CardHeader>
      <BrowserPush />
      <PushDevices />
      <PreferenceTable role={role} />
    </Card>
  );
}
