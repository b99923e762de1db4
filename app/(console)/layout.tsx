import type { ReactNode } from "react";
import { requireActor } from "../_server/actor";
import { Shell } from "../_shell/shell";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { user_id, username, email, fullname, role } = await requireActor();
  return <Shell user={{ user_id, username, email, fullname, role }}>{children}</Shell>;
}
