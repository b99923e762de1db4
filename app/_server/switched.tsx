/** A page of a part of the server that may be switched off: the page, or word that it is off. */
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { PageHeader } from "@/app/_ui/page-header";
import { builtApp } from "@/lib/app.built";
import { FEATURES, type Feature } from "@/lib/core/settings/contract";
import { requireActor } from "./actor";

type SwitchedProps = { feature: Feature; children: () => ReactNode | Promise<ReactNode> };

/** `children` is asked only while the part is on: what it reads may not be there. */
export async function Switched({ feature, children }: SwitchedProps) {
  if (await builtApp().config.has(feature)) return children();
  const { role } = await requireActor();
  return (
    <PageHeader
      title={`${FEATURES[feature].says} switched off on this server`}
      description={
        role === "admin" ? "What is stored stays. Switch it on to go on." : "An admin of this server can switch it on."
      }
      actions={
        role === "admin" ? (
          <Button asChild>
            <Link href="/admin/config?section=features">Open the configuration</Link>
          </Button>
        ) : null
      }
    />
  );
}
