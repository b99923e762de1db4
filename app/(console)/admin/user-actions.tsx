"use client";
import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { CopyButton } from "@/app/_ui/code-block";
import { ConfirmDialog, Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { QueryState } from "@/app/_ui/query-state";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import { countText } from "@/lib/core/format/units";
import {
  useCreateResetLink,
  useDeleteUser,
  useEndSessionsOf,
  useResetSecondFactor,
  useSessionsOf,
} from "@/lib/identity/accounts/administration/queries";
import type { UserRow } from "@/lib/identity/accounts/contract";
import { LinkDialog } from "../_invitations/link-dialog";

const LimitsDialog = lazyPart(() => import("../_quotas/limits-dialog"));

type Open = "sessions" | "limits" | "reset-link" | "sign-in-link" | "second-factor" | "delete" | null;
type Props = { user: UserRow; onClose: () => void };

/** The menu of what an admin can do for or to a person, and its dialogs. */
export function UserActions({ user, acceptsPasswords }: { user: UserRow; acceptsPasswords: boolean }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button size="sm" variant="ghost" icon aria-label={`More actions for ${user.username}`}>
            <MoreHorizontal />
          </Button>
        }
      >
        <MenuItem onSelect={() => setOpen("sessions")}>Show sessions</MenuItem>
        <MenuItem onSelect={() => setOpen("limits")}>Change limits</MenuItem>
        {acceptsPasswords ? (
          <MenuItem onSelect={() => setOpen("reset-link")}>Create reset link</MenuItem>
        ) : (
          <MenuItem onSelect={() => setOpen("sign-in-link")}>Get sign-in link</MenuItem>
        )}
        <MenuItem onSelect={() => setOpen("second-factor")}>Turn off two-factor</MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => setOpen("delete")}>Delete account</MenuItem>
      </Menu>
      {open === "sessions" ? <SessionsDialog user={user} onClose={close} /> : null}
      {open === "limits" ? <LimitsDialog teamId={user.id} onClose={close} /> : null}
      {open === "reset-link" ? <ResetLink user={user} onClose={close} /> : null}
      {open === "sign-in-link" ? <SignInLink user={user} onClose={close} /> : null}
      {open === "second-factor" ? <SecondFactorDialog user={user} onClose={close} /> : null}
      {open === "delete" ? <DeleteDialog user={user} onClose={close} /> : null}
    </>
  );
}

function SessionsDialog({ user, onClose }: Props) {
  const sessions = useSessionsOf(user.id);
  const end = useEndSessionsOf(user.id);
  const rows = sessions.data;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Sessions of ${user.username}`}
      description="Ending a session signs that device out immediately. API keys keep working."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            variant="danger"
            loading={end.isPending}
            disabled={!rows?.length}
            onClick={() => end.mutate(undefined, { onSuccess: () => toast.success("All sessions ended") })}
          >
            End all sessions
          </Button>
        </>
      }
    >
      <QueryState
        query={sessions}
        data={rows}
        failure="Sessions could not be loaded"
        empty={<p className="text-muted">This person is not signed in anywhere.</p>}
      >
        {(found) => (
          <ul className="max-h-80 divide-y divide-line overflow-y-auto">
            {found.map((session) => (
              <li key={session.id} className="flex items-center gap-3 py-2">
                <span className="min-w-0 flex-1">
                  <span className="block truncate">{session.user_agent ?? "Unknown device"}</span>
                  <span className="text-[13px] text-muted">
                    {session.ip} · last used <TimeAgo at={session.last_seen_at} />
                  </span>
                </span>
                <Button size="sm" variant="ghost" onClick={() => end.mutate(session.id)}>
                  End
                </Button>
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Dialog>
  );
}

function ResetLink({ user, onClose }: Props) {
  const create = useCreateResetLink();
  const [link, setLink] = useState<string | null>(null);
  if (link) return <LinkDialog title={`Reset link for ${user.username}`} link={link} onClose={onClose} />;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && create.isIdle && onClose()}
      title={`Create a reset link for ${user.username}`}
      consequence="They choose a new password with it, within 24 hours. Using it ends their sessions and API keys; until then nothing changes."
      verb="Create link"
      tone="primary"
      onConfirm={async () => setLink((await create.mutateAsync({ userId: user.id, delivery: "link" })).link)}
    />
  );
}

/** Says how an operator lets somebody in whose account no provider is linked to. The console makes no such links. */
function SignInLink({ user, onClose }: Props) {
  const command = `npm run login-link -- ${user.username}`;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Sign-in link for ${user.username}`}
      description="Sign-in with a password is off on this server. If no provider is linked to this account, make a link on the server and send it to the person."
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <div className="flex items-center gap-2 rounded-md border border-line p-2">
        <code className="min-w-0 flex-1 break-all">{command}</code>
        <CopyButton text={command} label="Copy command" />
      </div>
      <p className="mt-3 text-muted">
        The link works once, for ten minutes. Signed in with it, the person links a provider on the Account page.
      </p>
    </Dialog>
  );
}

function SecondFactorDialog({ user, onClose }: Props) {
  const reset = useResetSecondFactor();
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Turn off two-factor authentication of ${user.username}`}
      consequence="They sign in with their password alone until they set it up again. Do this only after you have checked who asks."
      verb="Turn off two-factor"
      onConfirm={async () => {
        await reset.mutateAsync(user.id);
        toast.success(`Two-factor authentication of ${user.username} is off`);
      }}
    />
  );
}

function DeleteDialog({ user, onClose }: Props) {
  const remove = useDeleteUser();
  const [isGiven, setGiven] = useState(false);
  const [heir, setHeir] = useState("");
  const bots = countText(user.bot_count, "bot");
  const isDeleting = user.bot_count > 0 && !isGiven;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete account ${user.username}`}
      consequence={
        isDeleting
          ? `Their ${bots} and everything these stored are deleted too. You cannot undo this.`
          : "Their tickets stay without their name. You cannot undo this."
      }
      verb={isDeleting ? `Delete account and ${bots}` : "Delete account"}
      typeToConfirm={user.username}
      disabled={isGiven && heir.trim() === ""}
      onConfirm={async () => {
        await remove.mutateAsync({ userId: user.id, heir: isGiven ? heir : undefined });
        toast.success(`${user.username} deleted`);
      }}
    >
      {user.bot_count > 0 ? (
        <div className="space-y-3">
          <Field label="Their bots">
            <Select value={isGiven ? "give" : "delete"} onChange={(event) => setGiven(event.target.value === "give")}>
              <option value="delete">Delete {bots}</option>
              <option value="give">Give {bots} to somebody else</option>
            </Select>
          </Field>
          {isGiven ? (
            <Field label="New owner" hint="The username of an account on this server.">
              <Input
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                maxLength={64}
                value={heir}
                onChange={(event) => setHeir(event.target.value)}
              />
            </Field>
          ) : null}
        </div>
      ) : null}
    </ConfirmDialog>
  );
}
