"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { type Delivery, DeliveryField } from "./delivery-field";
import { LinkDialog } from "./link-dialog";
import { RoleField } from "./role-field";

type Asked<Role> = { email?: string; role: Role; delivery: Delivery };
type Made = { link: string | null; invitation: { email: string | null } };

type InviteDialogProps<Role extends string> = {
  title: string;
  description: string;
  /** The title of the dialog that shows the link. */
  linkTitle: string;
  /** Says what an address limits. */
  emailHint: string;
  /** Roles and their labels. */
  roles: readonly (readonly [Role, string])[];
  initialRole: Role;
  create: {
    data: Made | undefined;
    error: Error | null;
    isPending: boolean;
    mutate(asked: Asked<Role>, options: { onSuccess(made: Made): void }): void;
  };
  onClose: () => void;
};

/** Invites a person to the server or to a team, by mail or by a link. */
export function InviteDialog<Role extends string>(props: InviteDialogProps<Role>) {
  const { title, description, linkTitle, emailHint, roles, initialRole, create, onClose } = props;
  const [email, setEmail] = useState("");
  const [role, setRole] = useState(initialRole);
  const [delivery, setDelivery] = useState<Delivery>("link");
  const link = create.data?.link;
  if (link) return <LinkDialog title={linkTitle} link={link} onClose={onClose} />;
  return (
    <FormDialog
      title={title}
      description={description}
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
      <Field label={delivery === "mail" ? "Email" : "Email (optional)"} hint={emailHint}>
        <Input type="email" autoComplete="off" value={email} onChange={(event) => setEmail(event.target.value)} />
      </Field>
      <RoleField roles={roles} value={role} onChange={setRole} />
      <DeliveryField value={delivery} onChange={setDelivery} />
    </FormDialog>
  );
}
