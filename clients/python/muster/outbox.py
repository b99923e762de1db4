"""The buffer of logs and of messages."""

import json
import threading
import time
from collections import deque

from .errors import MusterError

BUFFER_LIMIT = 10_000
BATCH = 500
BATCH_BYTES = 1_000_000
FLUSH_S = 0.05


class Outbox:
    """A bounded buffer of entries for a server that may be away: sends batches in order, drops the oldest when full."""

    def __init__(self, bot, path, name):
        self._bot = bot
        self._path = path
        self._name = name
        self._queue = deque()
        self._changed = threading.Condition()
        self._in_flight = 0
        self._dropped = 0

    def push(self, entry):
        try:
            size = len(json.dumps(entry))
        except (TypeError, ValueError) as error:
            self._bot._problem("One of the %s is not JSON: %s" % (self._name, error))
            return
        with self._changed:
            if len(self._queue) + self._in_flight >= BUFFER_LIMIT and self._queue:
                self._queue.popleft()
                self._dropped += 1
            self._queue.append((entry, size))
            self._changed.notify_all()

    def drain(self, deadline):
        """Returns when everything pushed so far was sent or refused, or at the deadline."""
        with self._changed:
            while (self._queue or self._in_flight) and time.monotonic() < deadline:
                self._changed.wait(0.1)

    def run(self):
        while True:
            with self._changed:
                while not self._queue:
                    self._changed.wait()
            time.sleep(FLUSH_S)
            with self._changed:
                batch, total = [], 0
                while self._queue and len(batch) < BATCH and (not batch or total + self._queue[0][1] <= BATCH_BYTES):
                    total += self._queue[0][1]
                    batch.append(self._queue.popleft())
                self._in_flight = len(batch)
            self._deliver(batch)
            with self._changed:
                self._in_flight = 0
                dropped, self._dropped = self._dropped, 0
                self._changed.notify_all()
            if dropped:
                text = "%d %s were dropped: the server was away for longer than the buffer holds" % (dropped, self._name)
                self._bot.log("warning", text)

    def _deliver(self, batch):
        """Halves a refused batch until the bad entry is alone: the server stores a batch whole or not at all."""
        bot = self._bot
        send = lambda: bot._request("POST", bot._path + self._path, [entry for entry, _ in batch])
        try:
            bot._retrying(send)
        except MusterError as error:
            if len(batch) > 1 and error.status in (400, 413):
                half = len(batch) // 2
                self._deliver(batch[:half])
                self._deliver(batch[half:])
            else:
                bot._problem("%d of the %s not taken: %s" % (len(batch), self._name, error))
