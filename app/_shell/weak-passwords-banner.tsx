import Link from "next/link";
import { countText } from "@/lib/core/format/units";

/** A banner for admins while people have a password of API_EXTRA_USERS that is too weak to choose. */
export function WeakPasswordsBanner({ count }: { count: number }) {
  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border border-line bg-panel px-4 py-2.5"
    >
      <p className="min-w-0">
        {countText(count, "account has", "accounts have")} a weak password from API_EXTRA_USERS. The API accepts it
        until a new one is chosen in the console.
      </p>
      <Link href="/admin" className="text-accent hover:underline">
        Show users
      </Link>
    </div>
  );
}
