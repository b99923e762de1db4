import type { ReactNode } from "react";
import { config } from "@/lib/config";
import { switchedOff } from "@/lib/config/contract";
import { requireActor } from "../_server/actor";
import { FeaturesProvider } from "../_shell/features";
import { Shell } from "../_shell/shell";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { user_id, username, email, fullname, role } = await requireActor();
  const off = switchedOff(await config.section("features"));
  return (
    <FeaturesProvider off={off}>
      <Shell user={{ user_id, username, email, fullname, role }} off={off}>
        {children}
      </Shell>
    </FeaturesProvider>
  );
}
