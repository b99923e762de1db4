import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { groupOf, loadApi, ownOrigin } from "../../load";
import { OperationView } from "../../operation-view";

type Props = { params: Promise<{ tag: string; operation: string }> };

async function find({ params }: Props) {
  const { tag, operation } = await params;
  const group = await groupOf(tag);
  return { group, entry: group?.entries.find(({ id }) => id === operation) };
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { entry } = await find(props);
  return { title: entry ? (entry.operation.summary ?? entry.path) : "Not found" };
}

/** The page of one operation. */
export default async function OperationPage(props: Props) {
  const { group, entry } = await find(props);
  if (!group || !entry) notFound();
  const [{ api }, origin] = await Promise.all([loadApi(), ownOrigin()]);
  return (
    <>
      <p className="mb-2 text-[13px] text-muted">
        <Link href={`/docs/api/${group.slug}`} prefetch={false} className="hover:underline">
          {group.tag}
        </Link>
      </p>
      <OperationView entry={entry} api={api} origin={origin} />
    </>
  );
}
