"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { articleOf } from "@/app/(console)/dashboard/_teams/roles";
import { teamHref } from "@/app/(console)/dashboard/_teams/team-link";
import { acceptInvitation, getInvitation } from "@/generated/calls/identity/accounts/invitations";
import { errorText, type ResponseOf, request } from "@/lib/client/api";
import { useJoinTeam } from "@/lib/identity/accounts/invitations/queries";
import { signOut } from "@/lib/identity/accounts/queries";
import { AccountFields } from "../account-fields";
import { AuthCard } from "../auth-card";

type InvitationOf = ResponseOf<typeof getInvitation>;

/**
 * Looks the invitation up, and offers to create the account that it is for, or to join the team.
 *
 * @param username the account that is signed in
 */
export function InviteForm({ token, username }: { token: string; username: string | undefined }) {
  const { data, error } = useQuery({
    queryKey: ["accounts", "invitation", token],
    queryFn: ({ signal }) => request(getInvitation, { body: { token }, signal }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error)
    return (
      <AuthCard title="This invitation no longer works" description={errorText(error)}>
        <Button asChild variant="primary" className="w-full">
          <Link href="/login">Sign in</Link>
        </Button>
      </AuthCard>
    );
  if (!data) return <AuthCard title="Invitation" description="Looking up your invitation…" />;
  if (data.team && username !== undefined) return <JoinCard token={token} invitation={data} username={username} />;
  return <AccountForm token={token} invitation={data} />;
}

function AccountForm({ token, invitation }: { token: string; invitation: InvitationOf }) {
  const { form, field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () =>
      import("@/lib/identity/accounts/invitations/contract").then((one) =>
        one.acceptInvitation.body.omit({ token: true }),
      ),
    { username: "", email: invitation.email ?? "", password: "", fullname: "" },
    async (body) => {
      await request(acceptInvitation, { body: { token, ...body } });
      window.location.assign(invitation.team ? teamHref(invitation.team.id) : "/dashboard");
      await new Promise(() => undefined);
    },
  );
  return (
    <AuthCard
      title="Create your account"
      description={<Invited {...invitation} />}
      footer={
        invitation.team ? (
          <>
            Have an account?{" "}
            <Link
              href={`/login?next=${encodeURIComponent(`/invite?token=${encodeURIComponent(token)}`)}`}
              className="text-accent hover:underline"
            >
              Sign in to join
            </Link>
          </>
        ) : null
      }
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        <AccountFields
          {...{ field, errorOf, typed: form.watch(), isEmailFixed: invitation.email !== null }}
          emailHint={
            invitation.email === null
              ? "Used for password resets and notifications."
              : "You were invited by this address."
          }
        />
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          Create account
        </Button>
      </form>
    </AuthCard>
  );
}

/** Says who invited the reader, and to what. */
function Invited({ created_by, role, team, team_role }: InvitationOf) {
  if (team)
    return (
      <>
        <bdi>{created_by}</bdi> invited you to the team <bdi className="font-medium text-ink">{team.name}</bdi> as{" "}
        {articleOf(team_role ?? "")} {team_role}.
      </>
    );
  const as = role === "user" ? "" : ` as ${articleOf(role)} ${role}`;
  return (
    <>
      <bdi>{created_by}</bdi> invited you to this server{as}.
    </>
  );
}

type JoinProps = { token: string; invitation: InvitationOf; username: string };

/** Asks somebody who is signed in whether to join the team. */
function JoinCard({ token, invitation, username }: JoinProps) {
  const join = useJoinTeam();
  return (
    <AuthCard
      title="Join a team"
      description={<Invited {...invitation} />}
      footer={
        <>
          You are signed in as <bdi>{username}</bdi>.{" "}
          <button
            type="button"
            className="text-accent hover:underline"
            onClick={() => void signOut(window.location.pathname + window.location.search)}
          >
            Use another account
          </button>
        </>
      }
    >
      <div className="space-y-4">
        <FormProblem problem={join.error ? errorText(join.error) : undefined} />
        <Button
          variant="primary"
          className="w-full"
          loading={join.isPending}
          onClick={() => join.mutate(token, { onSuccess: ({ team_id }) => window.location.assign(teamHref(team_id)) })}
        >
          Join team
        </Button>
      </div>
    </AuthCard>
  );
}
