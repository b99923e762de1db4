/** The bots of the demo, and the texts they log. */

/** `habit`: absent (offline for long), flapping (disconnects often), clumsy (fails often). `pace_ms` is the time between two log lines. */
export const cast = [
  { name: "Greeter", platform: "discord", version: "2.4.1", tags: ["community"], groups: 6, pace_ms: 1500 },
  { name: "Moderator", platform: "discord", version: "5.0.3", tags: ["community", "safety"], groups: 8, pace_ms: 700 },
  { name: "Night Watch", platform: "telegram", version: "1.9.0", tags: ["ops"], groups: 3, pace_ms: 4000 },
  { name: "Ticket Clerk", platform: "discord", version: "3.1.0", tags: ["support"], groups: 4, pace_ms: 2500 },
  {
    name: "Music Box",
    platform: "discord",
    version: "0.8.7",
    tags: ["fun"],
    groups: 5,
    pace_ms: 1200,
    habit: "clumsy",
  },
  { name: "Weather", platform: "telegram", version: "1.2.2", tags: ["info"], groups: 7, pace_ms: 3000 },
  { name: "Quiz Master", platform: "slack", version: "2.0.0", tags: ["fun"], groups: 2, pace_ms: 2000 },
  { name: "Order Desk", platform: "telegram", version: "4.6.1", tags: ["shop"], groups: 3, pace_ms: 900 },
  {
    name: "Translator",
    platform: "matrix",
    version: "1.0.5",
    tags: ["info"],
    groups: 4,
    pace_ms: 1800,
    habit: "flapping",
  },
  { name: "Archivist", platform: "matrix", version: "0.3.0", tags: ["ops"], groups: 8, pace_ms: 1000, habit: "absent" },
];

export const people = ["Ada", "Grace", "Linus", "Margaret", "Dennis", "Barbara", "Ken", "Radia", "Edsger", "Frances"];

export const threads = ["general", "help", "announcements", "off-topic", "releases", "night-shift", "orders", "music"];

export const lines = {
  info: [
    "Message from {person} in #{thread} handled in {ms} ms",
    "Joined #{thread} with {n} members",
    "Cache holds {n} entries",
    "{person} used /help",
    "Session resumed on the {platform} gateway",
    "Delivered {n} notifications",
    "Role of {person} updated",
  ],
  debug: [
    "Heartbeat acknowledged in {ms} ms",
    "Queue depth {n}",
    "Fetched {n} members of #{thread}",
    "Skipped a duplicate update",
  ],
  warnings: [
    "Rate limited by {platform}, waiting {ms} ms",
    "Slow handler: {ms} ms for a message in #{thread}",
    "Dropped an update older than {n} s",
    "Webhook of #{thread} answered 429",
  ],
  errors: [
    "The {platform} gateway closed the connection (code 1006)",
    "Could not send to #{thread}: missing permission",
    "Upstream timed out after {ms} ms",
    "Track could not be decoded: unexpected end of stream",
  ],
  failures: [
    "Missing permission in that channel",
    "Upstream timed out",
    "No such thread",
    "Voice connection was refused",
  ],
  chat: [
    "Good morning, all!",
    "Is anyone else seeing timeouts?",
    "The build is green again",
    "Can somebody look at my order?",
    "Thanks, {person}, that did it",
    "What is the plan for #{thread}?",
    "Meeting in {n} minutes",
    "Play something calm, please",
    "Which version runs in production?",
  ],
};
