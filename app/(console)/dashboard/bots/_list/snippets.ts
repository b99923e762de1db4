/** Ready-to-paste programs that connect a bot: a heartbeat, then a loop that fetches, runs and acknowledges commands. */
export function snippetsFor(origin: string, botId: string, token: string) {
  const id = encodeURIComponent(botId);
  return {
    curl: `curl -X POST '${origin}/api/bot/${id}/status' \\
  -H 'Authorization: Bearer ${token}' \\
  -H 'Content-Type: application/json' \\
  -d '{"status":"online"}'`,
    TypeScript: `// Node 20 or newer, no packages needed.
const api = "${origin}/api";
const headers = { authorization: "Bearer ${token}", "content-type": "application/json" };
const post = (path: string, body: unknown) =>
  fetch(api + path, { method: "POST", headers, body: JSON.stringify(body) });

await post("/bot/${id}/status", { status: "online" });
for (;;) {
  const reply = await fetch(api + "/bot/${id}/commands?wait=30", { headers });
  const { commands } = await reply.json();
  for (const command of commands) {
    console.log(command.type, command.payload);
    await post("/commands/" + command.id + "/ack", { status: "completed", result: { ok: true } });
  }
}`,
    Python: `# pip install requests
import requests

api = "${origin}/api"
bot = requests.Session()
bot.headers["Authorization"] = "Bearer ${token}"

bot.post(f"{api}/bot/${id}/status", json={"status": "online"}, timeout=10).raise_for_status()
while True:
    reply = bot.get(f"{api}/bot/${id}/commands", params={"wait": 30}, timeout=40)
    for command in reply.json()["commands"]:
        print(command["type"], command["payload"])
        bot.post(f"{api}/commands/{command['id']}/ack",
                 json={"status": "completed", "result": {"ok": True}}, timeout=10)`,
  };
}
