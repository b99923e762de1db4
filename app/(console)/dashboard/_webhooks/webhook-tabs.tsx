import { Tabs } from "@/app/_ui/tabs";

const ITEMS = [
  { id: "outgoing", label: "Outgoing", href: "/dashboard/webhooks" },
  { id: "incoming", label: "Incoming", href: "/dashboard/webhooks/incoming" },
];

/** Leads from the webhooks that this server calls to those that other programs call, and back. */
export const WebhookTabs = ({ current }: { current: "outgoing" | "incoming" }) => (
  <div className="mb-4">
    <Tabs label="Webhooks" items={ITEMS} current={current} />
  </div>
);
