import type { Metadata } from "next";
import { requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { Memes } from "../_feeds/memes";
import { TrackedPlayers } from "../_feeds/tracked-players";

export const metadata: Metadata = { title: "Feeds" };

export default async function FeedsPage() {
  const { role, id } = await requireUser();
  return (
    <>
      <PageHeader
        title="Feeds"
        description="Rocket League ranks of the players you track, and memes that you can send through a bot."
      />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <TrackedPlayers role={role} userId={id} />
        <Memes isAdmin={role === "admin"} />
      </div>
    </>
  );
}
