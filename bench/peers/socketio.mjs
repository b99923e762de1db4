/**
 * The lower bound of a command's round trip: bare Socket.IO and node:http, without storage or authentication.
 * POST …/cmd → `new_command` to the bot → `ack` → `command_update` to observers; POST …/logs → `new_log` to observers.
 *
 *   node socketio.mjs <port>
 */
import { createServer } from "node:http";
import { Server } from "socket.io";

let next = 0;
const waiting = new Map();
const http = createServer({ keepAliveTimeout: 300_000 }, (req, res) => {
  if (req.method === "GET") return res.end("ok");
  let text = "";
  req.setEncoding("utf8");
  req.on("data", (chunk) => {
    text += chunk;
  });
  req.on("end", () => {
    const bot_id = req.url.split("/")[3];
    if (req.url.endsWith("/logs")) {
      io.to("observers").emit("new_log", { bot_id, timestamp: new Date().toISOString(), ...JSON.parse(text) });
      return res.end('{"status":"ok","received":1}');
    }
    const { type, payload } = JSON.parse(text);
    const command = {
      id: `cmd_${++next}`,
      bot_id,
      type,
      payload,
      status: "pending",
      created_at: new Date().toISOString(),
    };
    waiting.set(command.id, command);
    io.to(`bot:${bot_id}`).emit("new_command", command);
    const reply = JSON.stringify({ status: "ok", command });
    res.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(reply) });
    res.end(reply);
  });
});
const io = new Server(http);
io.on("connection", (socket) => {
  const { bot } = socket.handshake.auth;
  void socket.join(bot ? `bot:${bot}` : "observers");
  socket.on("ack", ({ command_id, status, result }, answer) => {
    const command = { ...waiting.get(command_id), status, result, completed_at: new Date().toISOString() };
    waiting.delete(command_id);
    io.to("observers").emit("command_update", command);
    answer({ status: "ok", command });
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1");
