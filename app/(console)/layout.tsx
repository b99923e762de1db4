import type { ReactNode } from "react";
import { builtApp } from "@/lib/app.built";
import { switchedOff } from "@/lib/core/settings/contract";
import { BUILD_ID } from "@/lib/core/startup/build";
import { requireActor } from "../_server/actor";
import { EmailBanner } from "../_shell/email-banner";
import { FeaturesProvider } from "../_shell/features";
import { Shell } from "../_shell/shell";
import { TimeFormatProvider } from "../_ui/time-format";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  const { user_id, username, email, fullname, role } = actor;
  const [features, address, { time_zone, clock }] = await Promise.all([
    builtApp().config.section("features"),
    builtApp().accounts.emailState(actor),
    builtApp().accounts.get(actor, String(user_id)),
  ]);
  const off = switchedOff(features);
  return (
    <FeaturesProvider off={off}>
      <TimeFormatProvider time_zone={time_zone} clock={clock}>
        <Shell user={{ user_id, username, email, fullname, role }} off={off} build={BUILD_ID}>
          {address.verified ? null : <EmailBanner email={address.email} />}
          {children}
        </Shell>
      </TimeFormatProvider>
    </FeaturesProvider>
  );
}
