"""A small Flask server, as many bot panels begin: threaded werkzeug, no authentication, request logging off.

`memory` keeps everything in lists; `sqlite` stores each request in one transaction (WAL, synchronous NORMAL);
`sqlite-each` calls an add_log() that commits, once per log.

    /usr/bin/python3 flask_app.py memory|sqlite|sqlite-each <port> <folder>
"""
import json
import logging
import os
import sqlite3
import sys
import threading
from datetime import datetime, timezone

from flask import Flask, jsonify, request

mode, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
logging.getLogger("werkzeug").setLevel(logging.ERROR)
app = Flask(__name__)
lock = threading.Lock()
logs, commands = [], {}


def connect():
    db = sqlite3.connect(os.path.join(folder, "flask.db"), timeout=5)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


if mode != "memory":
    db = connect()
    db.execute(
        "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, bot_id TEXT, type TEXT, message TEXT, metadata TEXT, at TEXT)"
    )
    db.execute("CREATE TABLE IF NOT EXISTS command (id TEXT PRIMARY KEY, bot_id TEXT, status TEXT, payload TEXT)")
    db.execute("CREATE INDEX IF NOT EXISTS command_bot ON command (bot_id, status)")
    db.commit()
    db.close()


def add_log(bot_id, entry, now):
    db = connect()
    try:
        db.execute(
            "INSERT INTO log (bot_id, type, message, metadata, at) VALUES (?, ?, ?, ?, ?)",
            (bot_id, entry.get("type", "info"), entry["message"], json.dumps(entry.get("metadata", {})), now),
        )
        db.commit()
    finally:
        db.close()


@app.get("/")
def root():
    return jsonify(status="ok")


@app.post("/api/bot/<bot_id>/logs")
def post_logs(bot_id):
    body = request.get_json()
    entries = body if isinstance(body, list) else [body]
    now = datetime.now(timezone.utc).isoformat()
    for entry in entries:
        if not isinstance(entry.get("message"), str):
            return jsonify(error="message is required"), 400
    if mode == "sqlite-each":
        for entry in entries:
            add_log(bot_id, entry, now)
    elif mode == "sqlite":
        # werkzeug gives every connection a thread of its own, and closes it after one answer.
        db = connect()
        try:
            db.executemany(
                "INSERT INTO log (bot_id, type, message, metadata, at) VALUES (?, ?, ?, ?, ?)",
                [
                    (bot_id, entry.get("type", "info"), entry["message"], json.dumps(entry.get("metadata", {})), now)
                    for entry in entries
                ],
            )
            db.commit()
        finally:
            db.close()
    else:
        with lock:
            for entry in entries:
                logs.append(
                    {
                        "id": len(logs),
                        "bot_id": bot_id,
                        "type": entry.get("type", "info"),
                        "message": entry["message"],
                        "metadata": entry.get("metadata", {}),
                        "timestamp": now,
                    }
                )
            del logs[:-10_000]
    return jsonify(status="ok", received=len(entries))


@app.get("/api/bot/<bot_id>/commands")
def get_commands(bot_id):
    limit = int(request.args.get("limit", 10))
    if mode != "memory":
        db = connect()
        try:
            rows = db.execute(
                "SELECT id, payload FROM command WHERE bot_id = ? AND status = 'pending' LIMIT ?", (bot_id, limit)
            ).fetchall()
        finally:
            db.close()
        found = [{"id": row[0], "payload": json.loads(row[1])} for row in rows]
    else:
        with lock:
            found = [command for command in commands.get(bot_id, []) if command["status"] == "pending"][:limit]
    return jsonify(commands=found, count=len(found))


app.run(host="127.0.0.1", port=port, threaded=True)
