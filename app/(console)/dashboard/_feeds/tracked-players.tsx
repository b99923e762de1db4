"use client";
import { Gamepad2, Plus, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Sparkline } from "@/app/_ui/sparkline";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import type { Rank, TrackedPlayer } from "@/lib/community/feeds/contract";
import { useCheckRanks, useTracked, useTrackPlayer, useUntrackPlayer } from "@/lib/community/feeds/queries";
import { countText } from "@/lib/core/format/units";

const TrackDialog = lazyPart(() => import("./track-dialog"));

/** Playlists in their usual order. Unknown playlists follow. */
const PLAYLISTS = ["1v1", "2v2", "3v3", "hoops", "rumble", "dropshot", "snowday", "tournament"];
const rankText = ({ tier, division }: Rank) => (division > 0 ? `${tier} · Div ${division}` : tier);

export function TrackedPlayers({ role, userId }: { role: "user" | "moderator" | "admin"; userId: number }) {
  const tracked = useTracked();
  const check = useCheckRanks();
  const [adding, setAdding] = useState(false);
  const checkNow = () =>
    check.mutate(undefined, {
      onSuccess: ({ message, changes }) => {
        const rose = changes.filter((change) => change.promoted).length;
        toast.success(message, { description: rose > 0 ? `${rose} promoted` : undefined });
      },
      onError: (error) => errorToast(error),
    });
  const { data } = tracked;
  return (
    <Card aria-label="Rocket League">
      <CardHeader>
        <CardTitle>Rocket League ranks</CardTitle>
        <span className="flex gap-2">
          {role === "admin" && data && data.count > 0 ? (
            <Button size="sm" onClick={checkNow} loading={check.isPending} disabled={!data.configured}>
              <RefreshCw />
              Check ranks now
            </Button>
          ) : null}
          <Button size="sm" variant="primary" onClick={() => setAdding(true)} disabled={!data?.configured}>
            <Plus />
            Track player
          </Button>
        </span>
      </CardHeader>
      <QueryState
        query={tracked}
        data={data}
        failure="Tracked players could not be loaded"
        loading={<SkeletonRows rows={4} columns={3} />}
      >
        {({ configured, count, check_interval_hours, players }) => (
          <>
            {configured ? null : (
              <p role="status" className="m-3 rounded-md bg-warn-soft px-3 py-2 text-[13px] text-warn">
                Rank lookups are off on this server.
                {role === "admin" ? (
                  <>
                    {" "}
                    Set <code>ROCKET_LEAGUE_API_KEY</code> and restart the server to enable them.
                  </>
                ) : null}
              </p>
            )}
            {count === 0 ? (
              <EmptyState
                icon={<Gamepad2 />}
                title="No tracked players yet"
                description={
                  configured
                    ? `Track a player to see their ranks here and be notified when a rank changes. Ranks are checked every ${check_interval_hours === 1 ? "hour" : `${check_interval_hours} hours`}.`
                    : "You can track players when rank lookups are on."
                }
                action={configured ? <Button onClick={() => setAdding(true)}>Track player</Button> : null}
              />
            ) : (
              <ul>
                {players.map((player) => (
                  <Player
                    key={player.id}
                    player={player}
                    mine={player.user_id === userId}
                    mayRemove={role === "admin"}
                  />
                ))}
              </ul>
            )}
          </>
        )}
      </QueryState>
      {adding ? <TrackDialog onClose={() => setAdding(false)} /> : null}
    </Card>
  );
}

type PlayerProps = { player: TrackedPlayer; mine: boolean; mayRemove: boolean };

function Player({ player, mine, mayRemove }: PlayerProps) {
  const remove = useUntrackPlayer();
  const track = useTrackPlayer();
  const { platform, username } = player;
  const undo = () => track.mutate({ platform, username }, { onError: (error) => errorToast(error) });
  const onRemove = () =>
    remove.mutate(player.id, {
      onSuccess: () =>
        // Offer Undo only for one's own player: tracking again would make the current person its owner.
        toast.success(`Stopped tracking ${username}`, mine ? { action: { label: "Undo", onClick: undo } } : {}),
      onError: (error) => errorToast(error),
    });
  const known = PLAYLISTS.filter((playlist) => player.ranks[playlist]);
  return (
    <li className="border-line border-b px-4 py-3 last:border-b-0">
      <div className="flex items-center gap-2">
        <span className="min-w-0 truncate font-medium">{username}</span>
        <Badge>{platform}</Badge>
        {mine ? null : <span className="text-faint text-xs">tracked by user {player.user_id}</span>}
        <span className="ml-auto whitespace-nowrap text-faint text-xs">
          checked <TimeAgo at={player.checked_at} />
        </span>
        {mine || mayRemove ? (
          <Button
            size="sm"
            variant="ghost"
            icon
            aria-label={`Stop tracking ${username}`}
            onClick={onRemove}
            loading={remove.isPending}
          >
            <Trash2 />
          </Button>
        ) : null}
      </div>
      {player.error ? (
        <p role="status" className="mt-1 text-[13px] text-warn">
          Last check failed: {player.error}. Next attempt <TimeAgo at={player.next_check_at} />.
        </p>
      ) : null}
      {known.length === 0 ? (
        <p className="mt-1 text-[13px] text-muted">No ranked playlists yet.</p>
      ) : (
        <dl className="mt-2 grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-2">
          {known.map((playlist) => (
            <Playlist
              key={playlist}
              name={playlist}
              rank={player.ranks[playlist]!}
              points={player.history[playlist] ?? []}
            />
          ))}
        </dl>
      )}
    </li>
  );
}

type PlaylistProps = { name: string; rank: Rank; points: TrackedPlayer["history"][string] };

function Playlist({ name, rank, points }: PlaylistProps) {
  const values = points.map(({ mmr }) => mmr);
  // Start the axis near the lowest value: from zero, a rise of 50 points would look flat.
  const low = Math.min(...values) - 20;
  return (
    <div className="relative min-w-0 rounded-md border border-line px-2.5 py-1.5">
      <dt className="text-faint text-xs">{name}</dt>
      <dd>
        <span className="block truncate text-[13px]" title={rankText(rank)}>
          {rankText(rank)}
        </span>
        <span className="tnum text-muted text-xs">{rank.mmr.toLocaleString("en")} MMR</span>
        {values.length > 1 ? (
          <Sparkline
            values={values.map((value) => value - low)}
            label={`MMR of the last ${countText(values.length, "change")}: from ${values[0]} to ${values.at(-1)}`}
            className="pointer-events-none absolute right-2 bottom-1.5 h-5 w-1/3"
          />
        ) : null}
      </dd>
    </div>
  );
}
