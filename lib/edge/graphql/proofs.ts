/** Mutations that need a fresh proof, as their operations of REST do. */
import type { GraphQLResolveInfo } from "graphql";
import type { App } from "@/lib/app";
import type { Operation } from "@/lib/core/contract";
import { regenerateBotToken } from "@/lib/fleet/bots/contract";
import { transferBot } from "@/lib/fleet/bots/contract.transfer";
import { updateUser } from "@/lib/identity/accounts/contract";
import { createApiKey, rotateApiKey } from "@/lib/identity/accounts/credentials/contract.keys";
import { createTeamInvitation } from "@/lib/identity/accounts/invitations/contract";
import {
  addTeamMember,
  changeTeamMember,
  deleteTeam,
  removeTeamMember,
  transferTeam,
} from "@/lib/identity/teams/contract";
import { changeBotGrant, createBotGrant, endBotGrant } from "@/lib/identity/teams/contract.grants";
import { createTeamKey, rotateTeamKey } from "@/lib/identity/teams/contract.keys";
import { changeTagGrant, createTagGrant, endTagGrant } from "@/lib/identity/teams/contract.tag-grants";
import { restoreBackup } from "@/lib/operations/backups/contract";
import { togglePlugin } from "@/lib/operations/plugins/contract";
import type { Context } from "./context";

type Field = (parent: unknown, args: never, context: Context, info: GraphQLResolveInfo) => unknown;

/** The operation whose proof each mutation needs, by the mutation's name. tests/conformance/step-up.test.ts compares both. */
const PROOFS: Readonly<Record<string, Pick<Operation, "proof" | "document">>> = {
  ...{ regenerateBotToken, transferBot, restoreBackup, togglePlugin },
  ...{ deleteTeam, transferTeam, addTeamMember, changeTeamMember, removeTeamMember },
  ...{ createTagGrant, changeTagGrant, endTagGrant },
  ...{ createBotGrant, changeBotGrant, endBotGrant, createTeamInvitation },
  ...{ createApiKey, rotateApiKey, createTeamKey, rotateTeamKey, updateUser },
};

/** Wraps mutations: those that need a fresh proof refuse a session without one. */
export const proved = ({ accounts }: App, mutations: Record<string, Field>): Record<string, Field> =>
  Object.fromEntries(
    Object.entries(mutations).map(([name, resolve]) => {
      const operation = Object.hasOwn(PROOFS, name) ? PROOFS[name] : undefined;
      if (!operation) return [name, resolve];
      const run: Field = async (parent, args, context, info) => {
        await accounts.demandProof(context.actor, operation);
        return resolve(parent, args, context, info);
      };
      return [name, run];
    }),
  );
