/** Teams, their members, and with whom bots are shared: REST's operations. Our own ("muster"). */
export const TEAMS_SDL = /* GraphQL */ `
  extend type Query {
    "The caller's teams, the personal one first; with all, for staff, every team but the personal ones."
    teams(first: Int = 50, after: String, all: Boolean): TeamConnection
    team(id: ID!): Team
    "In the order in which they joined."
    teamMembers(teamId: ID!, first: Int = 50, after: String): TeamMemberConnection
    "Lists with whom a bot is shared, for its maintainers."
    botGrants(botId: ID!, first: Int = 50, after: String): BotGrantConnection
    "The tags of a team's bots that are shared, oldest first, for its maintainers."
    tagGrants(teamId: ID!, first: Int = 50, after: String): TagGrantConnection
    "The service keys of a team that still work, newest first, for its maintainers."
    teamKeys(teamId: ID!, first: Int = 50, after: String): TeamKeyConnection
    "The invitations to a team, newest first, for its owners."
    teamInvitations(teamId: ID!, first: Int = 50, after: String): TeamInvitationConnection
  }

  extend type Mutation {
    "Creates a team that the caller owns."
    createTeam(name: String!): TeamResult
    updateTeam(id: ID!, name: String!, "The version it was edited from" version: Int): TeamResult
    "Deletes a team that owns no bots."
    deleteTeam(id: ID!): Result
    "Makes somebody else the first owner. The owner before stays as a maintainer."
    transferTeam(id: ID!, userId: ID, "In place of userId" username: String): Result
    addTeamMember(teamId: ID!, userId: ID, "In place of userId" username: String, role: String!): TeamResult
    changeTeamMember(teamId: ID!, userId: ID!, role: String!): TeamResult
    "Invites somebody to a team. delivery is link, which the reply holds once, or mail, which needs email."
    createTeamInvitation(teamId: ID!, role: String!, email: String, expiresInDays: Int, delivery: String): TeamInvitationResult
    revokeTeamInvitation(teamId: ID!, id: ID!): Result
    "Removes a member, or leaves the team."
    removeTeamMember(teamId: ID!, userId: ID!): Result
    "Shares a bot with a person or a team. A second grant to the same one replaces the first."
    createBotGrant(botId: ID!, userId: ID, username: String, teamId: ID, role: String!, endsAt: String): BotGrantResult
    "endsAt: null removes the end"
    changeBotGrant(botId: ID!, id: ID!, role: String, endsAt: String): BotGrantResult
    endBotGrant(botId: ID!, id: ID!): Result
    "Shares all bots of a team that have a tag, now or later, with a person (userId, username) or another team (withTeamId)."
    createTagGrant(teamId: ID!, tag: String!, userId: ID, username: String, withTeamId: ID, role: String!, endsAt: String): TagGrantResult
    "endsAt: null removes the end"
    changeTagGrant(teamId: ID!, id: ID!, role: String, endsAt: String): TagGrantResult
    endTagGrant(teamId: ID!, id: ID!): Result
    "Gives a bot to another team or person."
    transferBot(botId: ID!, teamId: ID, userId: ID, username: String): BotResult
  }

  type Team {
    id: ID
    name: String
    personal: Boolean
    role: String
    ownerId: ID
    ownerName: String
    members: Int
    version: Int
    createdAt: String
  }

  type TeamConnection {
    nodes: [Team]
    pageInfo: PageInfo
  }

  type TeamInvitation {
    id: ID
    "The only address that may accept it; null for any."
    email: String
    "open, accepted or expired."
    state: String
    createdAt: String
    createdBy: String
    expiresAt: String
    acceptedAt: String
    acceptedBy: String
    team: SharedWith
    teamRole: String
  }

  type TeamInvitationConnection {
    nodes: [TeamInvitation]
    pageInfo: PageInfo
  }

  type TeamInvitationResult {
    success: Boolean
    invitation: TeamInvitation
    "Null when it was mailed."
    link: String
  }

  type TeamMember {
    userId: ID
    username: String
    fullname: String
    role: String
    addedAt: String
  }

  type TeamMemberConnection {
    nodes: [TeamMember]
    pageInfo: PageInfo
  }

  type SharedWith {
    id: ID
    name: String
  }

  type BotGrant {
    id: ID
    botId: ID
    user: Owner
    team: SharedWith
    role: String
    createdByName: String
    createdAt: String
    endsAt: String
  }

  type BotGrantConnection {
    nodes: [BotGrant]
    pageInfo: PageInfo
  }

  type TagGrant {
    id: ID
    ownerTeamId: ID
    tag: String
    bots: Int
    user: Owner
    team: SharedWith
    role: String
    createdByName: String
    createdAt: String
    endsAt: String
  }

  type TagGrantConnection {
    nodes: [TagGrant]
    pageInfo: PageInfo
  }

  type TagGrantResult {
    success: Boolean
    grant: TagGrant
  }

  type TeamKey {
    id: ID
    teamId: ID
    name: String
    prefix: String
    scopes: [String]
    bots: [ID]
    tags: [String]
    ipRanges: [String]
    createdByName: String
    createdAt: String
    expiresAt: String
    lastUsedAt: String
    lastUsedIp: String
    rotatedAt: String
    oldSecretUntil: String
  }

  type TeamKeyConnection {
    nodes: [TeamKey]
    pageInfo: PageInfo
  }

  type BotGrantResult {
    success: Boolean
    grant: BotGrant
  }

  type TeamResult {
    success: Boolean
    team: Team
  }
`;
