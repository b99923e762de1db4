"use client";
import { Users as UsersIcon } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Select } from "@/app/_ui/input";
import { QueryState } from "@/app/_ui/query-state";
import { SearchInput } from "@/app/_ui/search-input";
import { Table, TBody, THead, Th } from "@/app/_ui/table";
import { useDebounced } from "@/app/_ui/use-debounced";
import type { Role, UserRow } from "@/lib/identity/accounts/contract";
import { useUsers } from "@/lib/identity/accounts/queries";
import { type UserChange, UserChangeDialog } from "./user-change-dialog";
import { UserLine } from "./user-line";

const ROLES = ["user", "moderator", "admin"] as const;

/** The filters, kept in the address (`?q=&role=`). */
function useUserFilters() {
  const [state, set] = useQueryStates({ q: parseAsString.withDefault(""), role: parseAsStringLiteral(ROLES) });
  return { state, set, clear: () => void set({ q: null, role: null }) };
}

type UsersProps = { self: number; readOnly: boolean; initial: Parameters<typeof useUsers>[1] };

/** Every account of the server. Admins change roles and deactivate accounts; moderators read. */
export function Users({ self, readOnly, initial }: UsersProps) {
  const filter = useUserFilters();
  const { q, role } = filter.state;
  const users = useUsers({ search: useDebounced(q.trim(), 200) || undefined, role: role ?? undefined }, initial);
  const [change, setChange] = useState<UserChange | null>(null);
  const rows = users.data?.pages.flatMap((page) => page.users);
  return (
    <>
      <Toolbar filter={filter} shown={rows?.length} hasMore={users.hasNextPage} />
      <Card>
        <QueryState
          query={users}
          data={rows}
          failure="Users could not be loaded"
          empty={
            <EmptyState
              icon={<UsersIcon />}
              title="No users match"
              description="Change or clear the filters to see more users."
              filterHint={{ onClear: filter.clear }}
            />
          }
        >
          {(rows) => <UserTable rows={rows} self={self} onChange={readOnly ? undefined : setChange} />}
        </QueryState>
        {users.hasNextPage ? (
          <div className="border-line border-t p-2 text-center">
            <Button size="sm" disabled={users.isFetchingNextPage} onClick={() => void users.fetchNextPage()}>
              Show more users
            </Button>
          </div>
        ) : null}
      </Card>
      <UserChangeDialog change={change} onClose={() => setChange(null)} />
    </>
  );
}

type ToolbarProps = { filter: ReturnType<typeof useUserFilters>; shown: number | undefined; hasMore: boolean };

function Toolbar({ filter: { state, set }, shown, hasMore }: ToolbarProps) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        boxClassName="w-full sm:w-72"
        aria-label="Search users"
        placeholder="Name or email"
        value={state.q}
        onText={(q) => void set({ q: q || null })}
      />
      <Select
        aria-label="Role"
        className="w-40"
        value={state.role ?? ""}
        onChange={(event) => void set({ role: (event.target.value || null) as Role | null })}
      >
        <option value="">Any role</option>
        <option value="user">user</option>
        <option value="moderator">moderator</option>
        <option value="admin">admin</option>
      </Select>
      <p className="tnum ml-auto text-[13px] text-faint" aria-live="polite">
        {shown === undefined ? null : `${shown}${hasMore ? "+" : ""} ${shown === 1 ? "user" : "users"}`}
      </p>
    </div>
  );
}

type UserTableProps = {
  rows: readonly UserRow[];
  self: number;
  /** Left out when the reader may not change accounts: the table then has no actions. */
  onChange?: (change: UserChange) => void;
};

function UserTable({ rows, self, onChange }: UserTableProps) {
  return (
    <Table label="Users" areaClassName="max-h-[max(15rem,calc(100dvh-14rem))]">
      <THead>
        <tr>
          <Th>User</Th>
          <Th className="max-md:hidden">Email</Th>
          <Th>Role</Th>
          <Th className="max-sm:hidden">Status</Th>
          <Th className="text-right max-sm:hidden">Bots</Th>
          <Th className="max-lg:hidden">Last sign-in</Th>
          <Th className="max-lg:hidden">Created</Th>
          {onChange ? (
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          ) : null}
        </tr>
      </THead>
      <TBody>
        {rows.map((user) => (
          <UserLine key={user.id} user={user} isSelf={user.id === self} onChange={onChange} />
        ))}
      </TBody>
    </Table>
  );
}
