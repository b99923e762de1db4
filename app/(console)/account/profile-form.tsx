"use client";
import { useRouter } from "next/navigation";
import { FormProblem } from "@/app/_shell/form-problem";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Field, Input, Select } from "@/app/_ui/input";
import { zonesWith } from "@/app/_ui/time-zones";
import { toast } from "@/app/_ui/toast";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { updateProfile } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { useProfile } from "@/lib/identity/accounts/queries";

const LABELS = {
  ...{ fullname: "Full name", phone: "Phone", birthday: "Birthday", gender: "Gender" },
  ...{ time_zone: "Time zone", clock: "Clock format" },
};

export function ProfileForm({ user: initial }: { user: Parameters<typeof useProfile>[0] }) {
  const user = useProfile(initial);
  const router = useRouter();
  // Show the full list of time zones only after hydration, because the server's list may differ from the browser's.
  const zones = useHydrated() ? zonesWith(user.time_zone) : user.time_zone ? [user.time_zone] : [];
  const { form, field, formProps, ready, busy, problem, errorOf, dialog } = useContractForm(
    () => import("@/lib/identity/accounts/contract").then((one) => one.updateProfile.body),
    {
      fullname: user.fullname,
      phone: user.phone ?? "",
      birthday: user.birthday ?? "",
      gender: user.gender ?? "",
      time_zone: user.time_zone ?? "",
      clock: user.clock ?? "",
    },
    async (body, version) => {
      const saved = await request(updateProfile, { body, version });
      form.reset({ ...form.getValues(), ...body });
      toast.success("Profile saved");
      // Refresh the route: the layout passes the new time zone and clock to every time on the page.
      router.refresh();
      return saved;
    },
    { version: user.version, what: "Your profile", labels: LABELS },
  );
  const dirty = form.formState.isDirty;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Profile</CardTitle>
      </CardHeader>
      <form {...formProps} className="grid gap-4 p-4 sm:grid-cols-2">
        <dl className="flex flex-wrap gap-x-10 gap-y-2 sm:col-span-2">
          <Fact name="Username" value={user.username} />
        </dl>
        <Field label="Full name" error={errorOf("fullname")}>
          <Input autoComplete="name" {...field("fullname")} />
        </Field>
        <Field label="Phone" error={errorOf("phone")}>
          <Input type="tel" autoComplete="tel" {...field("phone")} />
        </Field>
        <Field label="Birthday" error={errorOf("birthday")}>
          <Input type="date" autoComplete="bday" {...field("birthday")} />
        </Field>
        <Field label="Gender" error={errorOf("gender")}>
          <Input autoComplete="sex" {...field("gender")} />
        </Field>
        <Field label="Time zone" error={errorOf("time_zone")} hint="Used for every time in the console">
          <Select {...field("time_zone")}>
            <option value="">Same as this browser</option>
            {zones.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </Select>
        </Field>
        <Field label="Clock format" error={errorOf("clock")}>
          <Select {...field("clock")}>
            <option value="">Same as this browser</option>
            <option value="24h">24 hours (14:02)</option>
            <option value="12h">12 hours (2:02 pm)</option>
          </Select>
        </Field>
        <div className="empty:hidden sm:col-span-2">
          <FormProblem problem={problem} />
        </div>
        <div className="flex items-center gap-3 sm:col-span-2">
          <Button type="submit" variant="primary" loading={busy} disabled={!ready || !dirty}>
            Save profile
          </Button>
          {dirty ? <span className="text-[13px] text-warn">Unsaved changes</span> : null}
        </div>
      </form>
      {dialog}
      <LeaveGuard dirty={dirty} />
    </Card>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-[13px] text-muted">{name}</dt>
      <dd className="break-all font-medium">{value}</dd>
    </div>
  );
}
