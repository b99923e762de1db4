"use client";
import { parseAsString, useQueryStates } from "@/app/_ui/address-state";
import { viewAddress } from "../_shared/views/address";
import type { PageView } from "../_shared/views/page-view";
import { ViewsButtons } from "../_shared/views/views-buttons";
import { useColumns } from "./use-columns";

/** The buttons of the saved views of logs. They read the query, the range and the columns from the address, as the viewer does. */
export function LogViews({ userId }: { userId: number }) {
  const [{ q, from, to }] = useQueryStates({ q: parseAsString, from: parseAsString, to: parseAsString });
  const { columns } = useColumns();
  const filter: PageView["filter"] = {
    ...{ q: q?.trim() || undefined, from: from ?? undefined, to: to ?? undefined },
    columns: columns.join() || undefined,
  };
  const present = { page: "logs", filter } as const;
  return <ViewsButtons userId={userId} present={{ ...present, address: viewAddress(present) }} />;
}
