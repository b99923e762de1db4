"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { Field, Select } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { deleteAccount } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { leavePage } from "@/lib/client/session";
import { reaches } from "@/lib/core/contract.roles";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";

/** Deletes the account after its password; an account without one needs a fresh sign-in instead. */
export function DeleteAccount({ username, hasPassword }: { username: string; hasPassword: boolean }) {
  const [password, setPassword] = useState("");
  const [eraseTickets, setEraseTickets] = useState(false);
  const [heir, setHeir] = useState("");
  return (
    <Card>
      <CardHeader>
        <CardTitle>Delete account</CardTitle>
      </CardHeader>
      <div className="flex flex-wrap items-center justify-between gap-3 p-4">
        <p className="max-w-xl text-muted">
          Deletes your account. Your bots are deleted with it, including their commands, logs and messages, or go to a
          team. You cannot undo this.
        </p>
        <ConfirmDialog
          trigger={<Button variant="danger">Delete account</Button>}
          onOpenChange={() => {
            setPassword("");
            setEraseTickets(false);
            setHeir("");
          }}
          title={`Delete account ${username}`}
          consequence={
            heir === ""
              ? "Your bots are disconnected immediately, and everything they stored is deleted. You cannot undo this."
              : "Your bots keep working and belong to the team from now on. You cannot undo this."
          }
          verb="Delete account"
          typeToConfirm={username}
          disabled={hasPassword && password === ""}
          onConfirm={async () => {
            await request(deleteAccount, {
              body: {
                ...{ erase_tickets: eraseTickets, delete_bots: heir === "" },
                ...(hasPassword && { password }),
                ...(heir !== "" && { transfer_to: Number(heir) }),
              },
            });
            leavePage();
            window.location.assign("/account-deleted");
            await new Promise(() => undefined);
          }}
        >
          <BotsField heir={heir} onHeir={setHeir} />
          {hasPassword ? (
            <Field label="Your password" className="mt-3">
              <PasswordInput
                autoComplete="current-password"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            </Field>
          ) : null}
          <label className="mt-3 flex items-start gap-2">
            <input
              type="checkbox"
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={eraseTickets}
              onChange={(event) => setEraseTickets(event.target.checked)}
            />
            <span>
              Also delete my tickets
              <span className="block text-[13px] text-faint">
                If you keep them, they are closed and staff see them as tickets of a deleted user.
              </span>
            </span>
          </label>
        </ConfirmDialog>
      </div>
    </Card>
  );
}

/** Chooses what happens to the bots. `heir` is the id of the team that gets them; "" deletes them. */
function BotsField({ heir, onHeir }: { heir: string; onHeir: (heir: string) => void }) {
  const teams = useOwnTeams().filter(({ personal, role }) => !personal && reaches(role, "maintainer"));
  return (
    <Field
      label="Your own bots"
      hint={teams.length === 0 ? "To keep them, transfer each on its page, or create a team for them." : undefined}
    >
      <Select value={heir} onChange={(event) => onHeir(event.target.value)}>
        <option value="">Delete them</option>
        {teams.map(({ id, name }) => (
          <option key={id} value={id}>
            Give them to the team {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}
