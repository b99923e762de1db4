/** Renders a page of a feature that an admin may switch off, or a notice that the feature is off. */
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { PageHeader } from "@/app/_ui/page-header";
import { FEATURES, type Feature } from "@/lib/core/settings/contract";
import { readConsole, requireUser } from "./user";

type SwitchedProps = { feature: Feature; children: () => ReactNode | Promise<ReactNode> };

/** `children` is called only while the feature is on, because the data it reads may be unavailable otherwise. */
export async function Switched({ feature, children }: SwitchedProps) {
  const { features_off } = await readConsole();
  if (!features_off.includes(feature)) return children();
  const { role } = await requireUser();
  return (
    <PageHeader
      title={`${FEATURES[feature].says} turned off on this server`}
      description={
        role === "admin"
          ? "Your data is kept. Turn this feature on in the settings to use it again."
          : "Ask an admin of this server to turn it on."
      }
      actions={
        role === "admin" ? (
          <Button asChild>
            <Link href="/admin/config?section=features">Open settings</Link>
          </Button>
        ) : null
      }
    />
  );
}
