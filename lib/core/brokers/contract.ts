/** The message brokers that facts are published to, by the scheme of their addresses. Safe for browsers. */
export const BROKER_SCHEMES = {
  amqp: "amqp",
  amqps: "amqp",
  nats: "nats",
  tls: "nats",
  redis: "redis",
  rediss: "redis",
} as const;
export type BrokerKind = (typeof BROKER_SCHEMES)[keyof typeof BROKER_SCHEMES];
