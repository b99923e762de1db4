"use client";
import { Power, Search, Users as UsersIcon } from "lucide-react";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo, useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState, StaleNote } from "@/app/_ui/empty-state";
import { Input, Select } from "@/app/_ui/input";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { errorText } from "@/lib/client/api";
import type { Role, UserRow } from "@/lib/identity/accounts/contract";
import { useUsers } from "@/lib/identity/accounts/queries";
import { type UserChange, UserChangeDialog } from "./user-change-dialog";

/** Rows drawn at once; more on request, so that a server with thousands of users stays quick. */
const STEP = 200;

function matches(user: UserRow, search: string, role: string): boolean {
  if (role && user.role !== role) return false;
  const text = search.trim().toLowerCase();
  return !text || [user.username, user.email, user.fullname].some((field) => field.toLowerCase().includes(text));
}

type UsersProps = { self: number; readOnly: boolean; initial: Parameters<typeof useUsers>[0] };

export function Users({ self, readOnly, initial }: UsersProps) {
  const users = useUsers(initial);
  const [search, setSearch] = useQueryState("q", parseAsString.withDefault(""));
  const [role, setRole] = useQueryState("role", parseAsString.withDefault(""));
  const [shown, setShown] = useState(STEP);
  const [change, setChange] = useState<UserChange | null>(null);
  const all = users.data.users;
  const rows = useMemo(() => all.filter((user) => matches(user, search, role)), [all, search, role]);
  const clear = () => {
    void setSearch(null);
    void setRole(null);
  };
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="relative w-full sm:w-72">
          <Search className="absolute top-2.5 left-2.5 size-4 text-faint" aria-hidden />
          <Input
            type="search"
            aria-label="Search users"
            placeholder="Name or email"
            className="pl-8"
            value={search}
            onChange={(event) => void setSearch(event.target.value || null)}
          />
        </div>
        <Select
          aria-label="Role"
          className="w-40"
          value={role}
          onChange={(event) => void setRole(event.target.value || null)}
        >
          <option value="">Any role</option>
          <option value="user">user</option>
          <option value="moderator">moderator</option>
          <option value="admin">admin</option>
        </Select>
        <p className="tnum ml-auto text-[13px] text-faint" aria-live="polite">
          {rows.length === all.length ? all.length : `${rows.length} of ${all.length}`}{" "}
          {all.length === 1 ? "user" : "users"}
        </p>
      </div>
      <Card>
        {users.isError ? <StaleNote message={errorText(users.error)} onRetry={() => void users.refetch()} /> : null}
        {rows.length === 0 ? (
          <EmptyState
            icon={<UsersIcon />}
            title="No users match"
            description="Change or clear the filters to see more users."
            filterHint={{ onClear: clear }}
          />
        ) : null}
        {rows.length > 0 ? (
          <Table label="Users" areaClassName="max-h-[calc(100dvh-14rem)] min-h-60">
            <THead>
              <tr>
                <Th>User</Th>
                <Th className="max-md:hidden">Email</Th>
                <Th>Role</Th>
                <Th className="max-sm:hidden">State</Th>
                <Th className="text-right max-sm:hidden">Bots</Th>
                <Th className="max-lg:hidden">Last sign-in</Th>
                <Th className="max-lg:hidden">Created</Th>
                {readOnly ? null : (
                  <Th>
                    <span className="sr-only">Actions</span>
                  </Th>
                )}
              </tr>
            </THead>
            <TBody>
              {rows.slice(0, shown).map((user) => (
                <UserLine
                  key={user.id}
                  user={user}
                  isSelf={user.id === self}
                  onChange={readOnly ? undefined : setChange}
                />
              ))}
            </TBody>
          </Table>
        ) : null}
        {rows.length > shown ? (
          <div className="border-line border-t p-2 text-center">
            <Button size="sm" onClick={() => setShown(shown + STEP)}>
              Show {Math.min(STEP, rows.length - shown)} more
            </Button>
          </div>
        ) : null}
      </Card>
      <UserChangeDialog change={change} onClose={() => setChange(null)} />
    </>
  );
}

type UserLineProps = {
  user: UserRow;
  isSelf: boolean;
  /** Left out for who may only read. */
  onChange?: (change: UserChange) => void;
};

function UserLine({ user, isSelf, onChange }: UserLineProps) {
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
        {user.is_active ? <Badge tone="ok">active</Badge> : <Badge tone="bad">deactivated</Badge>}
      </Td>
      <Td className="tnum text-right max-sm:hidden">{user.bot_count.toLocaleString("en")}</Td>
      <Td className="text-muted max-lg:hidden">
        <TimeAgo at={user.last_login} />
      </Td>
      <Td className="text-muted max-lg:hidden">
        <TimeAgo at={user.created_at} />
      </Td>
      {onChange ? (
        <Td className="text-right">
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
