"use client";
import { BellRing, DatabaseBackup, Plug, Plus, UsersRound } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useFeature, useRole } from "@/app/_shell/features";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { AddDefaultRules } from "../_alerts/add-default-rules";
import { useSetup } from "./use-setup";

/** The first page of a console without bots: three cards, each with the one thing to do. */
export function FirstRun() {
  const role = useRole();
  const setup = useSetup(role);
  const hasAlerts = useFeature("alerts");
  const hasBackups = useFeature("backups") && role === "admin";
  return (
    <div className="grid gap-4 md:grid-cols-3">
      <StartCard
        icon={<Plug />}
        title="Connect a bot"
        text="Name it, paste the code for discord.js, grammY, discord.py, aiogram, Python or JavaScript, and send it a ping."
      >
        <Button asChild variant="primary">
          <Link href="/dashboard/bots?new=1">
            <Plus aria-hidden /> Create your first bot
          </Link>
        </Button>
      </StartCard>
      {hasAlerts ? (
        <StartCard
          icon={<BellRing />}
          title="Set up alerts"
          text="Get an alert when a bot is offline for 5 minutes, logs many errors, or leaves commands waiting."
        >
          {setup.rules === true ? <Done>The rules are in place.</Done> : <AddDefaultRules role={role} />}
        </StartCard>
      ) : null}
      {hasBackups ? (
        <StartCard
          icon={<DatabaseBackup />}
          title="Back up your data"
          text="Create a first backup and choose when the next ones are created."
        >
          <Button asChild>
            <Link href="/admin/backups">Set up backups</Link>
          </Button>
        </StartCard>
      ) : (
        <StartCard
          icon={<UsersRound />}
          title="Work in a team"
          text="The members of a team share its bots. You decide who may view, command or manage them."
        >
          <Button asChild>
            <Link href="/dashboard/teams">View your teams</Link>
          </Button>
        </StartCard>
      )}
    </div>
  );
}

function Done({ children }: { children: ReactNode }) {
  return <p className="text-ok text-sm">{children}</p>;
}

type StartCardProps = { icon: ReactNode; title: string; text: string; children: ReactNode };

function StartCard({ icon, title, text, children }: StartCardProps) {
  return (
    <Card className="flex flex-col gap-2 p-4">
      <h2 className="flex items-center gap-2 font-semibold text-sm [&_svg]:size-4 [&_svg]:text-accent">
        {icon} {title}
      </h2>
      <p className="text-muted text-sm">{text}</p>
      <div className="mt-auto pt-2">{children}</div>
    </Card>
  );
}
