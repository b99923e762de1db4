"use client";
import { ExternalLink, ImageOff, Laugh, Send } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Select } from "@/app/_ui/input";
import { ApiError, errorText } from "@/lib/client/api";
import type { Meme, MemeSource } from "@/lib/community/feeds/contract";
import { useRandomMeme } from "@/lib/community/feeds/queries";
import { useBotSearch } from "@/lib/fleet/bots/queries.search";
import { SendDialog } from "../_messages/send-dialog";

/** Shows one meme at a time. It is loaded on a click only, so that opening the page contacts no other site. */
export function Memes({ isAdmin }: { isAdmin: boolean }) {
  const meme = useRandomMeme();
  const [source, setSource] = useState<MemeSource | "">("");
  const [sending, setSending] = useState(false);
  const hasBots = (useBotSearch("").data?.count ?? 0) > 0;
  const next = () => meme.mutate(source);
  return (
    <Card aria-label="Memes">
      <CardHeader>
        <CardTitle>Memes</CardTitle>
        <span className="flex items-center gap-2">
          <Select
            aria-label="Source"
            className="w-32"
            value={source}
            onChange={(event) => setSource(event.target.value as MemeSource | "")}
          >
            <option value="">Any source</option>
            <option value="reddit">Reddit</option>
            <option value="lemmy">Lemmy</option>
          </Select>
          <Button variant="primary" onClick={next} loading={meme.isPending}>
            {meme.data ? "Next meme" : "Show meme"}
          </Button>
        </span>
      </CardHeader>
      {meme.error ? (
        <p role="alert" className="m-3 rounded-md bg-bad-soft px-3 py-2 text-[13px] text-bad">
          {errorText(meme.error)}.{" "}
          {isAdmin && meme.error instanceof ApiError && meme.error.code === "NOT_FOUND" ? (
            <Link href="/admin/config" className="underline">
              Open settings
            </Link>
          ) : null}
        </p>
      ) : null}
      {meme.data ? (
        <Picture key={meme.data.url} meme={meme.data} onSend={hasBots ? () => setSending(true) : undefined} />
      ) : meme.error ? null : (
        <EmptyState
          icon={<Laugh />}
          title="No meme loaded yet"
          description="Loads one random meme from the subreddits and Lemmy communities in Settings. Posts marked NSFW are left out."
        />
      )}
      <SendDialog
        open={sending}
        onOpenChange={setSending}
        initial={{ message: meme.data ? `${meme.data.title}\n${meme.data.url}` : "" }}
        fixedBot={false}
      />
    </Card>
  );
}

function Picture({ meme, onSend }: { meme: Meme; onSend?: () => void }) {
  const [broken, setBroken] = useState(false);
  return (
    <figure className="p-4">
      {broken ? (
        <EmptyState
          icon={<ImageOff />}
          title="The picture could not be loaded"
          description="The site that hosts it may be down, or the link is not a picture."
        />
      ) : (
        // biome-ignore lint/performance/noImgElement: it comes through our own address, once, at its own size
        <img
          src={meme.image}
          alt={meme.title}
          onError={() => setBroken(true)}
          className="mx-auto min-h-40 max-h-[60vh] max-w-full rounded-md bg-raised object-contain"
        />
      )}
      <figcaption className="mt-3 space-y-2">
        <p className="font-medium">{meme.title}</p>
        <p className="text-[13px] text-muted">
          {meme.source === "reddit" ? `r/${meme.subreddit}` : meme.subreddit} · by {meme.author || "unknown"} ·{" "}
          <span className="tnum">{meme.score.toLocaleString("en")}</span> points
          {meme.stale ? " · saved copy: the source is unavailable" : ""}
        </p>
        <div className="flex flex-wrap gap-2">
          {onSend ? (
            <Button size="sm" onClick={onSend}>
              <Send />
              Send through a bot
            </Button>
          ) : null}
          <Button size="sm" asChild>
            <a href={meme.permalink} target="_blank" rel="noreferrer">
              <ExternalLink />
              Open the post
            </a>
          </Button>
        </div>
      </figcaption>
    </figure>
  );
}
