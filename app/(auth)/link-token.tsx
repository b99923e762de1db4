import Link from "next/link";
import { AuthCard } from "./auth-card";

/** The properties of a page that a link with a token opens. */
export type TokenPage = { searchParams: Promise<{ token?: string | string[] }> };

/** Returns the token in the page's address; undefined when a part of the link is missing. */
export async function linkToken({ searchParams }: TokenPage): Promise<string | undefined> {
  const { token } = await searchParams;
  return typeof token === "string" && token !== "" ? token : undefined;
}

/** Says that a part of the link is missing, and where to go on. */
export function IncompleteLink({ description, href, label }: { description: string; href: string; label: string }) {
  return (
    <AuthCard
      title="This link is incomplete"
      description={description}
      footer={
        <Link href={href} className="text-accent hover:underline">
          {label}
        </Link>
      }
    />
  );
}
