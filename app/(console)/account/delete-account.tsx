"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { deleteAccount } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { leavePage } from "@/lib/client/session";

export function DeleteAccount({ username }: { username: string }) {
  const [password, setPassword] = useState("");
  const [eraseTickets, setEraseTickets] = useState(false);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Delete account</CardTitle>
      </CardHeader>
      <div className="flex flex-wrap items-center justify-between gap-3 p-4">
        <p className="max-w-xl text-muted">
          Deletes your account and all your bots, including their commands, logs and messages. You cannot undo this.
        </p>
        <ConfirmDialog
          trigger={<Button variant="danger">Delete account</Button>}
          onOpenChange={() => {
            setPassword("");
            setEraseTickets(false);
          }}
          title={`Delete account ${username}`}
          consequence="Your bots are disconnected immediately, and everything they stored is deleted. You cannot undo this."
          verb="Delete account"
          typeToConfirm={username}
          disabled={password === ""}
          onConfirm={async () => {
            await request(deleteAccount, {
              body: { password, erase_tickets: eraseTickets, delete_bots: true },
            });
            leavePage();
            window.location.assign("/login");
            await new Promise(() => undefined);
          }}
        >
          <Field label="Your password">
            <PasswordInput
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
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
