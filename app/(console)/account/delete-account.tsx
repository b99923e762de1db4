"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import type { deleteAccount } from "@/lib/accounts/contract";
import { request } from "@/lib/client/api";

export function DeleteAccount({ username }: { username: string }) {
  const [password, setPassword] = useState("");
  return (
    <Card>
      <CardHeader>
        <CardTitle>Delete account</CardTitle>
      </CardHeader>
      <div className="flex flex-wrap items-center justify-between gap-3 p-4">
        <p className="max-w-xl text-muted">
          Deletes your account with all your bots, their commands, logs and messages. It cannot be undone.
        </p>
        <ConfirmDialog
          trigger={<Button variant="danger">Delete account</Button>}
          onOpenChange={() => setPassword("")}
          title={`Delete the account ${username}`}
          consequence="Your bots are refused from this moment on, and everything they stored is gone. Nobody can bring it back."
          verb="Delete account"
          typeToConfirm={username}
          disabled={password === ""}
          onConfirm={async () => {
            await request<typeof deleteAccount>("POST /api/auth/delete-account", { body: { password } });
            window.location.assign("/login");
            await new Promise(() => undefined);
          }}
        >
          <Field label="Your password">
            <Input
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
        </ConfirmDialog>
      </div>
    </Card>
  );
}
