import { headers } from "next/headers";
import type { ReactNode } from "react";
import { BUILD_HEADER } from "@/lib/core/page-headers";
import { readConsole, requireUser } from "../_server/user";
import { EmailBanner } from "../_shell/email-banner";
import { FeaturesProvider } from "../_shell/features";
import { Shell } from "../_shell/shell";
import { TimeFormatProvider } from "../_ui/time-format";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { id: user_id, username, email, fullname, role, time_zone, clock, email_verified } = await requireUser();
  const { features_off: off } = await readConsole();
  const build = (await headers()).get(BUILD_HEADER) ?? "";
  return (
    <FeaturesProvider off={off}>
      <TimeFormatProvider time_zone={time_zone} clock={clock}>
        <Shell user={{ user_id, username, email, fullname, role }} off={off} build={build}>
          {email_verified ? null : <EmailBanner email={email} />}
          {children}
        </Shell>
      </TimeFormatProvider>
    </FeaturesProvider>
  );
}
