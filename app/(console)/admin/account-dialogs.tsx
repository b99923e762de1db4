"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { useCreateUser } from "@/lib/identity/accounts/administration/queries";
import type { Role } from "@/lib/identity/accounts/contract";
import { useCreateInvitation } from "@/lib/identity/accounts/invitations/queries";
import { type Delivery, DeliveryField } from "../_invitations/delivery-field";
import { InviteDialog } from "../_invitations/invite-dialog";
import { LinkDialog } from "../_invitations/link-dialog";
import { RoleField } from "../_invitations/role-field";

const ROLES = [
  ["user", "User: their own bots"],
  ["moderator", "Moderator: sees every bot, answers tickets"],
  ["admin", "Admin: everything"],
] as const satisfies readonly (readonly [Role, string])[];

/** Invites somebody to create an account of their own. */
export function InviteUserDialog({ onClose }: { onClose: () => void }) {
  return (
    <InviteDialog<Role>
      title="Invite a person"
      description="They choose their username and password. The link works once, for seven days."
      linkTitle="Invitation link"
      emailHint="If you enter one, the account can have no other address."
      roles={ROLES}
      initialRole="user"
      create={useCreateInvitation()}
      onClose={onClose}
    />
  );
}

/** Creates an account whose owner chooses the password. */
export function CreateUserDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateUser();
  const [username, setUsername] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("user");
  const [delivery, setDelivery] = useState<Delivery>("link");
  const link = create.data?.link;
  if (link) return <LinkDialog title={`Password link for ${username}`} link={link} onClose={onClose} />;
  return (
    <FormDialog
      title="Create a user"
      description="They choose their password by a link that works once, for seven days."
      verb="Create user"
      ready={username.trim() !== "" && email.trim() !== ""}
      busy={create.isPending}
      problem={create.error}
      onClose={onClose}
      onSubmit={() =>
        create.mutate(
          { username: username.trim(), email: email.trim(), role, delivery },
          {
            onSuccess(made) {
              if (made.link) return;
              toast.success(`${made.user.username} created; the link is on its way`);
              onClose();
            },
          },
        )
      }
    >
      <Field label="Username">
        <Input autoComplete="off" value={username} onChange={(event) => setUsername(event.target.value)} />
      </Field>
      <Field label="Email">
        <Input type="email" autoComplete="off" value={email} onChange={(event) => setEmail(event.target.value)} />
      </Field>
      <RoleField roles={ROLES} value={role} onChange={setRole} />
      <DeliveryField value={delivery} onChange={setDelivery} />
    </FormDialog>
  );
}
