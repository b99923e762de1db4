"use client";
import { useEffect } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ErrorState } from "@/app/_ui/empty-state";
import { Field, Input } from "@/app/_ui/input";
import { Skeleton } from "@/app/_ui/skeleton";
import { toast } from "@/app/_ui/toast";
import { updateProfile } from "@/lib/accounts/contract";
import { useProfile, useUpdateProfile } from "@/lib/accounts/queries";
import { errorText } from "@/lib/client/api";

const EMPTY = { fullname: "", phone: "", birthday: "", gender: "" };

export function ProfileForm({ userId }: { userId: number }) {
  const profile = useProfile(userId);
  const update = useUpdateProfile(userId);
  const user = profile.data?.user;
  const { form, submit, busy, problem, errorOf } = useContractForm(updateProfile.body, EMPTY, async (body) => {
    await update.mutateAsync(body);
    form.reset(form.getValues());
    toast.success("Profile saved");
  });
  const { reset } = form;
  useEffect(() => {
    if (!user) return;
    const { fullname, phone, birthday, gender } = user;
    reset({ fullname, phone: phone ?? "", birthday: birthday ?? "", gender: gender ?? "" }, { keepDirtyValues: true });
  }, [user, reset]);
  const dirty = form.formState.isDirty;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Profile</CardTitle>
      </CardHeader>
      {profile.isError ? (
        <ErrorState
          title="The profile could not be loaded"
          message={errorText(profile.error)}
          onRetry={() => void profile.refetch()}
        />
      ) : (
        <form onSubmit={submit} noValidate className="grid gap-4 p-4 sm:grid-cols-2">
          <div className="sm:col-span-2">
            <dl className="flex flex-wrap gap-x-10 gap-y-2">
              <Fact name="Username" value={user?.username} />
              <Fact name="E-mail" value={user?.email} />
            </dl>
          </div>
          <Field label="Full name" error={errorOf("fullname")}>
            <Input autoComplete="name" disabled={!user} {...form.register("fullname")} />
          </Field>
          <Field label="Phone" error={errorOf("phone")}>
            <Input type="tel" autoComplete="tel" disabled={!user} {...form.register("phone")} />
          </Field>
          <Field label="Birthday" error={errorOf("birthday")}>
            <Input type="date" autoComplete="bday" disabled={!user} {...form.register("birthday")} />
          </Field>
          <Field label="Gender" error={errorOf("gender")}>
            <Input autoComplete="sex" disabled={!user} {...form.register("gender")} />
          </Field>
          <div className="flex items-center gap-3 sm:col-span-2">
            <Button type="submit" variant="primary" loading={busy} disabled={!dirty}>
              Save profile
            </Button>
            {dirty ? <span className="text-[13px] text-warn">Unsaved changes</span> : null}
          </div>
          <div className="empty:hidden sm:col-span-2">
            <FormProblem problem={problem} />
          </div>
        </form>
      )}
      <LeaveGuard dirty={dirty} />
    </Card>
  );
}

function Fact({ name, value }: { name: string; value?: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-[13px] text-muted">{name}</dt>
      <dd className="break-all font-medium">{value ?? <Skeleton className="mt-1 w-32" />}</dd>
    </div>
  );
}
