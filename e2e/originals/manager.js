/** The script of the stand-in page: plain, as the original pages are, with the stock client of Socket.IO. */
const $ = (id) => document.getElementById(id);
const FIELDS = ["fullname", "email", "phone", "birthday", "gender"];

/** The session's cookie comes along by itself, because the pages belong to the server's own origin. */
async function call(path, body) {
  const reply = await fetch(path, {
    method: body ? "POST" : "GET",
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const json = await reply.json();
  if (!reply.ok) throw new Error(json.error);
  return json;
}

function addLine(list, text) {
  const line = document.createElement("li");
  line.textContent = text;
  list.append(line);
}

function onSubmit(id, act) {
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act(Object.fromEntries(new FormData($(id))));
  });
}

/** Shows a missing field as an empty text. */
async function showProfile() {
  const { user } = await call("/api/auth/me");
  $("me").value = user.username;
  for (const name of FIELDS) $("profile").elements[name].value = user[name] || "";
}

async function showBots() {
  const { bots } = await call("/api/my-bots");
  $("bots").replaceChildren();
  const select = $("message").elements.bot_id;
  for (const { id, name, status } of bots) {
    addLine($("bots"), `${name} (${status})`);
    select.append(new Option(name, id));
  }
}

/** The first manager page listens to `new_log` alone. */
function connect() {
  const socket = io();
  socket.on("connection_established", ({ status }) => {
    $("socket").value = status;
  });
  socket.on("new_log", ({ type, message }) => addLine($("timeline"), `[${type}] ${message}`));
  socket.on("message_sent", ({ status }) => {
    $("sent").value = status;
  });
  onSubmit("message", (form) => socket.emit("send_message", { ...form, thread_type: "ThreadType.GROUP" }));
}

onSubmit("login", async (form) => {
  await call("/api/auth/login", form);
  await showProfile();
  await showBots();
  connect();
});

/** Saves the whole form, whatever of it was changed. */
onSubmit("profile", async (form) => {
  const { success } = await call("/api/auth/update-profile", form);
  $("saved").value = success ? "Profile updated" : "Failed";
});
