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
import { InvitedButtons, type Ways } from "../provider-buttons";

type InvitationOf = ResponseOf<typeof getInvitation>;

export type ReaderProps = {
  /** The account that is signed in. */
  username: string | undefined;
  acceptsPasswords: boolean;
  ways: Ways;
  /** Why accepting with a provider failed. */
  problem: string | undefined;
};
type InviteFormProps = ReaderProps & {
  token: string;
  /** Whether the person comes back from a provider. */
  isBack?: boolean;
};

/** Looks the invitation up, and offers to create the account that it is for, or to join the team. */
export function InviteForm({ token, username, isBack = false, ...offer }: InviteFormProps) {
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
  if (isBack && username !== undefined && offer.problem === undefined) return <UnusedCard username={username} />;
  if (!offer.acceptsPasswords) return <ProvidersCard token={token} invitation={data} {...offer} />;
  return <AccountForm token={token} invitation={data} {...offer} />;
}

type OfferProps = Pick<ReaderProps, "ways" | "problem"> & { token: string; invitation: InvitationOf };

/** Offers the sign-in providers alone, on a server that accepts no passwords. */
function ProvidersCard({ token, invitation, ways, problem }: OfferProps) {
  const { email } = invitation;
  return (
    <AuthCard title="Accept your invitation" description={<Invited {...invitation} />}>
      <FormProblem problem={problem} />
      <p className="mb-4 text-muted">
        {email === null ? (
          "Continue with a provider that knows you. Your account gets the email address that it confirms."
        ) : (
          <>
            Continue with the account that has the address{" "}
            <strong className="break-words font-medium text-text">{email}</strong>.
          </>
        )}
      </p>
      <InvitedButtons {...ways} token={token} isBelowForm={false} />
    </AuthCard>
  );
}

/** Says that the person has an account, so that the invitation to the server was not needed. */
function UnusedCard({ username }: { username: string }) {
  return (
    <AuthCard
      title="You have an account already"
      description={
        <>
          You are signed in as <bdi>{username}</bdi>. The invitation creates a new account, so it was not used.
        </>
      }
    >
      <Button asChild variant="primary" className="w-full">
        <Link href="/dashboard">Open the dashboard</Link>
      </Button>
    </AuthCard>
  );
}

function AccountForm({ token, invitation, ways, problem: refusal }: OfferProps) {
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
        <FormProblem problem={problem ?? refusal} waitSeconds={waitSeconds} />
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
      <InvitedButtons {...ways} token={token} />
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
