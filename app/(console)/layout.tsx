import { headers } from "next/headers";
import type { ReactNode } from "react";
import { listViews } from "@/generated/calls/fleet/views";
import { BUILD_HEADER } from "@/lib/core/page-headers";
import { read } from "../_server/api";
import { readConsole, requireUser } from "../_server/user";
import { EmailBanner, FactorBanner } from "../_shell/banners";
import { FeaturesProvider } from "../_shell/features";
import { Shell } from "../_shell/shell";
import { WeakPasswordsBanner } from "../_shell/weak-passwords-banner";
import { TimeFormatProvider } from "../_ui/time-format";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  const { id: user_id, username, email, fullname, role, time_zone, clock, email_verified, has_bots } = user;
  const { features_off: off } = await readConsole();
  // Somebody who must set up a second factor first may read nothing yet, and needs the console without views.
  const { views: pinned } = await read(listViews, { query: { pinned: "true", page: "all" } }).catch(() => ({
    views: [],
  }));
  const build = (await headers()).get(BUILD_HEADER) ?? "";
  return (
    <FeaturesProvider off={off} role={role}>
      <TimeFormatProvider time_zone={time_zone} clock={clock}>
        <Shell user={{ user_id, username, email, fullname, role, has_bots }} off={off} pinned={pinned} build={build}>
          {user.needs_second_factor ? <FactorBanner /> : null}
          {user.weak_passwords > 0 ? <WeakPasswordsBanner count={user.weak_passwords} /> : null}
          {email_verified ? null : <EmailBanner email={email} />}
          {children}
        </Shell>
      </TimeFormatProvider>
    </FeaturesProvider>
  );
}
