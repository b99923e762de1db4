import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { loadApi, ownOrigin } from "../load";
import { OperationView } from "../operation-view";

type Props = { params: Promise<{ tag: string }> };

async function groupOf({ params }: Props) {
  const { tag } = await params;
  const { api, groups } = await loadApi();
  return { api, group: groups.find((each) => each.slug === tag) };
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await groupOf(props)).group?.tag ?? "Not found" };
}

/**
 * The page of one group of operations. Each group has its own page, because all operations together are too much for a
 * phone.
 */
export default async function TagPage(props: Props) {
  const { api, group } = await groupOf(props);
  if (!group) notFound();
  const origin = await ownOrigin();
  return (
    <>
      <h1 className="font-semibold text-2xl tracking-tight">{group.tag}</h1>
      <p className="mt-1 mb-4 max-w-prose text-muted">{group.description}</p>
      {group.entries.map((entry) => (
        <OperationView key={entry.id} entry={entry} api={api} origin={origin} />
      ))}
    </>
  );
}
