"use client";
import { Users as UsersIcon } from "lucide-react";
import { useState } from "react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "@/app/_ui/address-state";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Select } from "@/app/_ui/input";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SearchInput } from "@/app/_ui/search-input";
import { ActionsTh, Table, TBody, THead, Th } from "@/app/_ui/table";
import { useDebounced } from "@/app/_ui/use-debounced";
import type { Role, UserRow } from "@/lib/identity/accounts/contract";
import { useUsers } from "@/lib/identity/accounts/queries";
import { type UserChange, UserChangeDialog } from "./user-change-dialog";
import { UserLine } from "./user-line";

const ROLES = ["user", "moderator", "admin"] as const;

const FACTORS = ["none", "any"] as const;

/** The filters, kept in the address (`?q=&role=&factor=`). */
function useUserFilters() {
  const [state, set] = useQueryStates({
    q: parseAsString.withDefault(""),
    role: parseAsStringLiteral(ROLES),
    factor: parseAsStringLiteral(FACTORS),
  });
  return { state, set, clear: () => void set({ q: null, role: null, factor: null }) };
}

type UsersProps = {
  self: number;
  readOnly: boolean;
  acceptsPasswords: boolean;
  initial: Parameters<typeof useUsers>[1];
};

/** Every account of the server. Admins change roles and deactivate accounts; moderators read. */
export function Users({ self, readOnly, acceptsPasswords, initial }: UsersProps) {
  const filter = useUserFilters();
  const { q, role, factor } = filter.state;
  const search = useDebounced(q.trim(), 200) || undefined;
  const second_factor = readOnly ? undefined : (factor ?? undefined);
  const users = useUsers({ search, role: role ?? undefined, second_factor }, initial);
  const [change, setChange] = useState<UserChange | null>(null);
  const rows = users.data?.pages.flatMap((page) => page.users);
  return (
    <>
      <Toolbar filter={filter} hasFactors={!readOnly} shown={rows?.length} hasMore={users.hasNextPage} />
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
          {(rows) => (
            <UserTable
              rows={rows}
              self={self}
              acceptsPasswords={acceptsPasswords}
              onChange={readOnly ? undefined : setChange}
            />
          )}
        </QueryState>
        <LoadMore list={users}>Show more users</LoadMore>
      </Card>
      <UserChangeDialog change={change} onClose={() => setChange(null)} />
    </>
  );
}

type ToolbarProps = {
  filter: ReturnType<typeof useUserFilters>;
  /** Whether the reader may know who has a second factor. */
  hasFactors: boolean;
  shown: number | undefined;
  hasMore: boolean;
};

function Toolbar({ filter: { state, set }, hasFactors, shown, hasMore }: ToolbarProps) {
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
      {hasFactors ? (
        <Select
          aria-label="Second factor"
          className="w-60"
          value={state.factor ?? ""}
          onChange={(event) => void set({ factor: (event.target.value || null) as "none" | "any" | null })}
        >
          <option value="">With or without second factor</option>
          <option value="none">No second factor</option>
          <option value="any">With second factor</option>
        </Select>
      ) : null}
      <p className="tnum ml-auto text-[13px] text-faint" aria-live="polite">
        {shown === undefined ? null : `${shown}${hasMore ? "+" : ""} ${shown === 1 ? "user" : "users"}`}
      </p>
    </div>
  );
}

type UserTableProps = {
  rows: readonly UserRow[];
  self: number;
  acceptsPasswords: boolean;
  /** Left out when the reader may not change accounts: the table then has no actions. */
  onChange?: (change: UserChange) => void;
};

function UserTable({ rows, self, acceptsPasswords, onChange }: UserTableProps) {
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
          <Th className="max-2xl:hidden">Created</Th>
          {onChange ? <ActionsTh /> : null}
        </tr>
      </THead>
      <TBody>
        {rows.map((user) => (
          <UserLine
            key={user.id}
            user={user}
            isSelf={user.id === self}
            acceptsPasswords={acceptsPasswords}
            onChange={onChange}
          />
        ))}
      </TBody>
    </Table>
  );
}
