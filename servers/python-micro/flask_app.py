"""The trivial endpoint in Flask."""

import os

from flask import Flask

app = Flask(__name__)


@app.post("/trivial")
def trivial():
    return {"id": "1", "status": "sent", "channels": {}}


@app.get("/healthz")
def health():
    return {"status": "ready", "pid": os.getpid(), "processes": int(os.environ.get("WEB_CONCURRENCY", "1"))}
