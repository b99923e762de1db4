type Props = { page: { count: number; next_cursor: string | null } | undefined; what: string };

/** Says that a list shows only its newest entries. The entries of one owner always fit into a page, so no second page is read. */
export function ShortList({ page, what }: Props) {
  if (!page?.next_cursor) return null;
  return (
    <p className="border-line border-t px-4 py-2 text-[13px] text-muted">
      Showing the newest {page.count} {what}. Choose an owner to see all of theirs.
    </p>
  );
}
