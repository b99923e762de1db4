import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/app/_ui/card";
import { groupOf } from "../load";
import { OperationList } from "../operation-list";

type Props = { params: Promise<{ tag: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await groupOf((await params).tag))?.tag ?? "Not found" };
}

/** The page of one group: its operations as links. Each operation has a page of its own; together they took a megabyte. */
export default async function TagPage({ params }: Props) {
  const group = await groupOf((await params).tag);
  if (!group) notFound();
  return (
    <>
      <h1 className="font-semibold text-2xl tracking-tight">{group.tag}</h1>
      <p className="mt-1 mb-4 max-w-prose text-muted">{group.description}</p>
      <Card>
        <OperationList group={group} />
      </Card>
    </>
  );
}
