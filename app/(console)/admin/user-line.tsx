"use client";
import { Power } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Select } from "@/app/_ui/input";
import { Td, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { useHydrated } from "@/app/_ui/use-hydrated";
import type { Role, UserRow } from "@/lib/identity/accounts/contract";
import { UserActions } from "./user-actions";
import type { UserChange } from "./user-change-dialog";

type UserLineProps = {
  user: UserRow;
  isSelf: boolean;
  /** Whether people can sign in with a password, so that a link that sets one is of use. */
  acceptsPasswords: boolean;
  /** Left out when the reader may not change accounts: the row then has no actions. */
  onChange?: (change: UserChange) => void;
};

/** One account in the table of users, with its role and status and the actions on them. */
export function UserLine({ user, isSelf, acceptsPasswords, onChange }: UserLineProps) {
  const ready = useHydrated();
  return (
    <Tr>
      <Td className="max-w-56 max-sm:max-w-36">
        <span className="block truncate">
          <span className="font-medium">
            <bdi>{user.username}</bdi>
          </span>{" "}
          {user.is_active ? null : (
            <Badge tone="bad" className="sm:hidden">
              off
            </Badge>
          )}
          {isSelf ? <Badge>you</Badge> : <span className="text-muted max-sm:hidden">{user.fullname}</span>}
        </span>
      </Td>
      <Td className="max-w-64 truncate text-muted max-md:hidden">{user.email}</Td>
      <Td>
        {onChange ? (
          <Select
            aria-label={`Role of ${user.username}`}
            className="w-28 sm:w-32 [&>select]:h-7 [&>select]:text-[13px]"
            value={user.role}
            // Admins cannot change their own rights, so that nobody locks themselves out by a slip.
            disabled={isSelf || !ready}
            onChange={(event) => onChange({ kind: "role", user, role: event.target.value as Role })}
          >
            <option value="user">user</option>
            <option value="moderator">moderator</option>
            <option value="admin">admin</option>
          </Select>
        ) : (
          user.role
        )}
      </Td>
      <Td className="max-sm:hidden">
        {user.is_active ? <Badge tone="ok">active</Badge> : <Badge tone="bad">deactivated</Badge>}{" "}
        {user.is_active && user.has_second_factor === false ? <Badge tone="warn">no 2FA</Badge> : null}
      </Td>
      <Td className="tnum text-right max-sm:hidden">{user.bot_count.toLocaleString("en")}</Td>
      <Td className="text-muted max-lg:hidden">
        <TimeAgo at={user.last_login} />
      </Td>
      <Td className="text-muted max-2xl:hidden">
        <TimeAgo at={user.created_at} />
      </Td>
      {onChange ? (
        <Td className="whitespace-nowrap text-right">
          {isSelf ? null : <UserActions user={user} acceptsPasswords={acceptsPasswords} />}
          {isSelf ? null : (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => onChange({ kind: "active", user, is_active: !user.is_active })}
            >
              <Power className="size-3.5 sm:hidden" aria-hidden />
              <span className="max-sm:sr-only">{user.is_active ? "Deactivate" : "Activate"}</span>
            </Button>
          )}
        </Td>
      ) : null}
    </Tr>
  );
}
