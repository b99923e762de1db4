import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { readConsole, requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { listUsers } from "@/generated/calls/identity/accounts";
import { USER_PAGE } from "@/lib/identity/accounts/contract.constants";
import { Invitations } from "./invitations";
import { Users } from "./users";

export const metadata: Metadata = { title: "Users" };

export default async function UsersPage() {
  const user = await requireUser("staff");
  return (
    <>
      <PageHeader title="Users" description="People who can use this server, and their roles." />
      {user.role === "admin" ? <Invitations /> : null}
      <Users
        self={user.id}
        readOnly={user.role !== "admin"}
        acceptsPasswords={(await readConsole()).accepts_passwords}
        initial={await read(listUsers, { query: { limit: USER_PAGE } })}
      />
    </>
  );
}
