"use client";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { toast } from "@/app/_ui/toast";
import type { Role, UserRow } from "@/lib/identity/accounts/contract";
import { useUpdateUser } from "@/lib/identity/accounts/queries";

export type UserChange =
  | { kind: "role"; user: UserRow; role: Role }
  | { kind: "active"; user: UserRow; is_active: boolean };

const ROLE_MEANS: Record<Role, string> = {
  user: "They can see and command only their own bots.",
  moderator: "They can see every bot on this server, but command only their own.",
  admin: "They can see and command every bot, manage users and change server settings.",
};

function wording(change: UserChange): { title: string; consequence: string; verb: string; done: string } {
  const name = change.user.username;
  const ends = "Their sessions end, and they must sign in again.";
  if (change.kind === "role") {
    const article = change.role === "admin" ? "an" : "a";
    return {
      title: `Make ${name} ${article} ${change.role}`,
      consequence: `${ROLE_MEANS[change.role]} ${ends}`,
      verb: `Make ${article} ${change.role}`,
      done: `${name} is now ${article} ${change.role}`,
    };
  }
  if (change.is_active) {
    return {
      title: `Activate ${name}`,
      consequence: "They can sign in again with their old password, and they get their bots back.",
      verb: "Activate",
      done: `${name} activated`,
    };
  }
  return {
    title: `Deactivate ${name}`,
    consequence: `They can no longer sign in or use their API keys. ${ends} Their bots (${change.user.bot_count}) keep running, and all their data is kept.`,
    verb: "Deactivate",
    done: `${name} deactivated`,
  };
}

/** Asks for confirmation before a user's rights change, and says what the change ends, such as sessions. */
export function UserChangeDialog({ change, onClose }: { change: UserChange | null; onClose: () => void }) {
  const update = useUpdateUser();
  if (!change) return null;
  const { title, consequence, verb, done } = wording(change);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      consequence={consequence}
      verb={verb}
      tone={change.kind === "active" && !change.is_active ? "danger" : "primary"}
      onConfirm={async () => {
        const body = change.kind === "role" ? { role: change.role } : { is_active: change.is_active };
        await update.mutateAsync({ userId: change.user.id, ...body });
        toast.success(done);
      }}
    />
  );
}
