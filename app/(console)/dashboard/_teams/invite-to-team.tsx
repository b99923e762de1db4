"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { type Delivery, DeliveryField } from "@/app/(console)/_invitations/delivery-field";
import { LinkDialog } from "@/app/(console)/_invitations/link-dialog";
import type { TeamRole } from "@/lib/core/contract.roles";
import { useCreateTeamInvitation } from "@/lib/identity/accounts/invitations/queries";
import type { Team } from "@/lib/identity/teams/contract";
import { TEAM_ROLE_OPTIONS } from "./roles";

/** Invites somebody to a team, by mail or by a link. */
export function InviteToTeamDialog({ team, onClose }: { team: Team; onClose: () => void }) {
  const create = useCreateTeamInvitation(team.id);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<TeamRole>("operator");
  const [delivery, setDelivery] = useState<Delivery>("link");
  const link = create.data?.link;
  if (link) return <LinkDialog title={`Invitation to ${team.name}`} link={link} onClose={onClose} />;
  return (
    <FormDialog
      title={`Invite a person to ${team.name}`}
      description="They join with their account or create one. The link works once, for seven days, while you own the team."
      verb="Create invitation"
      ready={delivery === "link" || email.trim() !== ""}
      busy={create.isPending}
      problem={create.error}
      onClose={onClose}
      onSubmit={() =>
        create.mutate(
          { email: email.trim() || undefined, role, delivery },
          {
            onSuccess({ link, invitation }) {
              if (link) return;
              toast.success(`Invitation sent to ${invitation.email}`);
              onClose();
            },
          },
        )
      }
    >
      <Field
        label={delivery === "mail" ? "Email" : "Email (optional)"}
        hint="If you enter one, only the account with this address can join."
      >
        <Input type="email" autoComplete="off" value={email} onChange={(event) => setEmail(event.target.value)} />
      </Field>
      <Field label="Role">
        <Select value={role} onChange={(event) => setRole(event.target.value as TeamRole)}>
          {TEAM_ROLE_OPTIONS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <DeliveryField value={delivery} onChange={setDelivery} />
    </FormDialog>
  );
}
