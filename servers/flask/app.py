"""The notification service on Flask and requests, calls one after the other: after
"Asyncio Notification Service", section The Synchronous Bottleneck, and for the errors
section Error Handling. Waitress is from "How to upgrade your Flask application using
async", section First things first - the Synchronous approach.
"""

import threading

import requests
import urllib3
from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException

import notification
import processes
import settings
from notification import Result

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = notification.MAX_BODY

TIMEOUT = settings.seconds("NOTIFY_CALL_TIMEOUT", "0s") or None  # none, as in the listing
SHARED = settings.text("NOTIFY_SESSION", "per-request", "shared", "per-request") == "shared"
kept = threading.local()

processes.begin()


@app.post("/notify")
def send_notification():
    calls = notification.calls(request.get_json(force=True))
    notification.work()
    results = [send(call) for call in calls]
    body, status = notification.answer(calls, results)
    return jsonify(body), status, notification.headers()


def client():
    """What makes a call: requests, with a new session each time, or this thread's session."""
    if not SHARED:
        return requests
    if not hasattr(kept, "session"):
        kept.session = requests.Session()
    return kept.session


def send(call):
    try:
        response = client().post(call.url, json=call.json, timeout=TIMEOUT)
    except requests.ReadTimeout:
        return Result("unknown", 1, "timed out", late=True)
    except requests.ConnectTimeout:
        return Result("failed", 0, "timed out before the call was written", late=True)
    except requests.RequestException as e:
        cause = e.args[0] if e.args else None
        if isinstance(cause, urllib3.exceptions.ReadTimeoutError):  # amid the answer
            return Result("unknown", 1, "timed out", late=True)
        unsent = isinstance(getattr(cause, "reason", None), urllib3.exceptions.NewConnectionError)
        return Result("failed", 0 if unsent else 1, f"{type(e).__name__}: {e}")
    if not notification.CHECK:
        return Result("sent", 1)
    return notification.judge(call, response.status_code, response.content)


@app.get("/healthz")
def health():
    return notification.health()


@app.errorhandler(notification.Refusal)
def refuse(e):
    return e.body, e.status


@app.errorhandler(RecursionError)
def refuse_text(e):
    return refuse(notification.malformed())


@app.errorhandler(HTTPException)
def explain(e):
    """What Flask refuses by itself, as JSON."""
    response = e.get_response()
    response.set_data(jsonify(error=e.description).get_data())
    response.content_type = "application/json"
    return response


if __name__ == "__main__":  # the development server
    app.run(settings.HOST, settings.PORT, threaded=settings.number("NOTIFY_THREADS", 1) == 0)
