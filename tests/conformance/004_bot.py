"""A bot written against document 004 alone: registers, polls, executes, clears, unregisters on SIGTERM.

Standard library only. Arguments: server, bot id, and an API key if the server wants one.
"""
import json
import signal
import sys
import time
import urllib.error
import urllib.request

SERVER, BOT_ID = sys.argv[1], sys.argv[2]
KEY = sys.argv[3] if len(sys.argv) > 3 else None
POLL_INTERVAL = 0.3


def call(method, path, body=None):
    headers = {"Content-Type": "application/json"}
    if KEY:
        headers["Authorization"] = "Bearer " + KEY
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(SERVER + path, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        # As requests-based clients of the document test it: nothing but 200 is a success.
        if response.status != 200:
            raise RuntimeError("HTTP %d" % response.status)
        return json.loads(response.read())


class Bot:
    def __init__(self):
        self.running = True

    def register(self):
        record = {"bot_id": BOT_ID, "name": "Example Bot", "version": "1.0.0", "status": "active"}
        return call("POST", "/register", record)["status"] == "success"

    def poll_commands(self):
        return call("GET", "/commands/" + BOT_ID)["commands"]

    def execute_command(self, command):
        print("executed", command["command"], json.dumps(command.get("params", {}), sort_keys=True), flush=True)

    def clear_commands(self):
        return call("POST", "/commands/" + BOT_ID + "/clear")["cleared_count"]

    def stop(self, *_):
        self.running = False

    def run(self):
        signal.signal(signal.SIGTERM, self.stop)
        if not self.register():
            sys.exit(1)
        print("registered", flush=True)
        while self.running:
            try:
                commands = self.poll_commands()
                for command in commands:
                    self.execute_command(command)
                if commands:
                    print("cleared", self.clear_commands(), flush=True)
            except urllib.error.URLError as error:
                print("error", error, flush=True)
            time.sleep(POLL_INTERVAL)
        print(call("DELETE", "/bots/" + BOT_ID)["message"], flush=True)


Bot().run()
