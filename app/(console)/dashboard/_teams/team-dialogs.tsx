"use client";
import { useRouter } from "next/navigation";
import { ContractDialog } from "@/app/_shell/contract-dialog";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import type { Team, TeamMember } from "@/lib/identity/teams/contract";
import {
  useAddMember,
  useCreateTeam,
  useDeleteTeam,
  useRemoveMember,
  useRenameTeam,
  useTransferTeam,
} from "@/lib/identity/teams/queries";
import { TEAM_ROLE_OPTIONS } from "./roles";
import { teamHref } from "./team-link";

type Props = { team: Team; onClose: () => void };
const contract = () => import("@/lib/identity/teams/contract");
const TEAMS = "/dashboard/teams";

export function CreateTeamDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateTeam();
  const router = useRouter();
  return (
    <ContractDialog
      title="New team"
      description="You become its owner. Add people on the team's page, and choose the team when you create a bot."
      verb="Create team"
      load={() => contract().then((one) => one.createTeam.body)}
      defaultValues={{ name: "" }}
      send={async (body) => {
        const { team } = await create.mutateAsync(body);
        toast.success(`Created team ${team.name}`);
        router.push(teamHref(team.id));
      }}
      onClose={onClose}
    >
      {({ field, errorOf }) => (
        <Field label="Name" error={errorOf("name")}>
          <Input autoFocus autoComplete="off" placeholder="Night shift" {...field("name")} />
        </Field>
      )}
    </ContractDialog>
  );
}

export function RenameTeamDialog({ team, onClose }: Props) {
  const rename = useRenameTeam(team);
  return (
    <ContractDialog
      title={`Rename team ${team.name}`}
      verb="Rename team"
      load={() => contract().then((one) => one.updateTeam.body)}
      defaultValues={{ name: team.name }}
      send={async ({ name }) => {
        await rename.mutateAsync({ name });
        onClose();
      }}
      onClose={onClose}
    >
      {({ field, errorOf }) => (
        <Field label="Name" error={errorOf("name")}>
          <Input autoFocus autoComplete="off" {...field("name")} />
        </Field>
      )}
    </ContractDialog>
  );
}

export function AddMemberDialog({ team, onClose }: Props) {
  const add = useAddMember(team.id);
  return (
    <ContractDialog
      title="Add a member"
      description={`They see the bots of ${team.name} immediately.`}
      verb="Add member"
      load={() => contract().then((one) => one.addTeamMember.body)}
      defaultValues={{ username: "", role: "operator" }}
      send={async (body) => {
        await add.mutateAsync(body);
        toast.success(`Added ${body.username} to ${team.name}`);
        onClose();
      }}
      onClose={onClose}
    >
      {({ field, errorOf }) => (
        <>
          <Field label="Username" error={errorOf("username")} hint="The username of an account on this server.">
            <Input autoFocus autoComplete="off" autoCapitalize="none" spellCheck={false} {...field("username")} />
          </Field>
          <Field label="Role" error={errorOf("role")}>
            <Select {...field("role")}>
              {TEAM_ROLE_OPTIONS.map(([role, label]) => (
                <option key={role} value={role}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
        </>
      )}
    </ContractDialog>
  );
}

export function TransferTeamDialog({ team, onClose }: Props) {
  const transfer = useTransferTeam(team.id);
  return (
    <ContractDialog
      title={`Transfer team ${team.name}`}
      description="The team and its bots go to another owner, who becomes a member if necessary. The previous owner stays as a maintainer."
      verb="Transfer team"
      tone="danger"
      load={() => contract().then((one) => one.transferTeam.body)}
      defaultValues={{ username: "" }}
      send={async (body) => {
        await transfer.mutateAsync(body);
        toast.success(`${team.name} now belongs to ${body.username}`);
        onClose();
      }}
      onClose={onClose}
    >
      {({ field, errorOf }) => (
        <Field label="Username of the new owner" error={errorOf("username")}>
          <Input autoFocus autoComplete="off" autoCapitalize="none" spellCheck={false} {...field("username")} />
        </Field>
      )}
    </ContractDialog>
  );
}

/** `botCount`: how many bots the team owns; undefined while that is not known. */
export function DeleteTeamDialog({ team, botCount, onClose }: Props & { botCount: number | undefined }) {
  const remove = useDeleteTeam(team.id);
  const router = useRouter();
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete team ${team.name}`}
      consequence={
        botCount
          ? `The team owns ${botCount === 1 ? "1 bot. Delete or transfer it" : `${botCount} bots. Delete or transfer them`} first.`
          : "Its members lose their roles, and its access to shared bots ends. You cannot undo this."
      }
      verb="Delete team"
      typeToConfirm={botCount ? undefined : team.name}
      disabled={Boolean(botCount)}
      onConfirm={async () => {
        await remove.mutateAsync();
        toast.success(`Deleted team ${team.name}`);
        router.push(TEAMS);
      }}
    />
  );
}

export function LeaveTeamDialog({ team, userId, onClose }: Props & { userId: number }) {
  const remove = useRemoveMember(team.id);
  const router = useRouter();
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Leave team ${team.name}`}
      consequence="You no longer see its bots. An owner of the team can add you again."
      verb="Leave team"
      onConfirm={async () => {
        await remove.mutateAsync(userId);
        toast.success(`You left ${team.name}`);
        router.push(TEAMS);
      }}
    />
  );
}

export function RemoveMemberDialog({ team, member, onClose }: Props & { member: TeamMember }) {
  const remove = useRemoveMember(team.id);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${member.username} from ${team.name}`}
      consequence="They no longer see the team's bots, and open pages close immediately. Service keys that they created keep working: rotate those they may have copied."
      verb="Remove member"
      onConfirm={async () => {
        await remove.mutateAsync(member.user_id);
        toast.success(`Removed ${member.username}`);
      }}
    />
  );
}
