"""What is the same in every server in Python: what a request asks for, what an answer
says, and the experiment "work". How calls are scheduled and made is the app's.

Requests and answers are those of internal/contract/notification.go. Of a request
without channels it is email and SMS, as in the articles.
"""

import hashlib
import json
import os
import uuid
from typing import NamedTuple, Optional

import processes
import settings

MAX_BODY = 16 * 1024

# Whether an answer of a provider is looked at: on is "Error Handling" of "Asyncio
# Notification Service", off its first listings, where whatever is answered is "sent".
CHECK = settings.text("NOTIFY_CHECK", "on", "on", "off") == "on"

URLS = {
    "email": settings.url("EMAIL_URL") + "/send",
    "sms": settings.url("SMS_URL") + "/send",
    "push": settings.url("PUSH_URL") + "/send",
}

# The fields of a request that a channel needs: where to, and what.
FIELDS = {
    "email": ("email", "subject"),
    "sms": ("phone", "message"),
    "push": ("device_token", "message"),
}


class Call(NamedTuple):
    """One call of a provider, in wire format plain."""

    channel: str
    url: str
    json: dict


class Result(NamedTuple):
    """What came of a call. Attempts are those that reached the provider, or may have."""

    status: str  # sent | failed | unknown
    attempts: int
    error: Optional[str] = None
    provider_id: Optional[str] = None
    late: bool = False  # time ran out


class Refusal(Exception):
    """A request that nothing is sent for."""

    def __init__(self, status, error, fields=()):
        super().__init__(error)
        self.status = status
        self.body = {"error": error}
        if fields:
            self.body["fields"] = [{"field": f, "problem": p} for f, p in fields]


def malformed():
    return Refusal(400, "the body is not a JSON object")


def too_large():
    return Refusal(413, "body too large")


def calls(data):
    """The calls that a request asks for: email, SMS, then push to each device."""
    if not isinstance(data, dict):
        raise malformed()
    channels = data.get("channels", ["email", "sms"])
    if not is_list(channels) or len(set(channels)) < len(channels) or not set(channels) <= set(FIELDS):
        raise Refusal(422, "invalid notification", [("channels", "must be different ones of email, sms, push")])
    wanted, wrong = [], []
    for channel in FIELDS:
        if channel not in channels:
            continue
        to, what = FIELDS[channel]
        recipients = [data.get(to)]
        if channel == "push" and is_list(data.get("device_tokens")):
            recipients = data["device_tokens"]
        if not all(isinstance(r, str) and r for r in recipients):
            wrong.append((to, f"is needed for channel {channel}"))
        if not isinstance(data.get(what), str) or not data[what]:
            wrong.append((what, f"is needed for channel {channel}"))
        wanted += [Call(channel, URLS[channel], {"to": r, what: data.get(what)}) for r in recipients]
    if wrong:
        raise Refusal(422, "invalid notification", wrong)
    return wanted


def is_list(value):
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def judge(call, status, body):
    """What an answer of a provider means, where it is looked at."""
    if not 200 <= status < 300:
        return Result("failed", 1, f"{call.channel} provider returned {status}")
    try:
        provider_id = json.loads(body)["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        provider_id = None
    return Result("sent", 1, provider_id=provider_id if isinstance(provider_id, str) else None)


def answer(made, results):
    """The body of an answer and its status."""
    channels = {}
    for call, result in zip(made, results):
        channels.setdefault(call.channel, []).append(result)
    sent = sum(r.status == "sent" for r in results)
    if sent == len(results):
        status, code = "sent", 200
    elif sent:
        status, code = "partial", 207
    else:
        status = "unknown" if any(r.status == "unknown" for r in results) else "failed"
        code = 504 if all(r.late for r in results) else 502
    return body(status, {name: entry(of) for name, of in channels.items()}), code


def queued(made):
    """The body of the answer to a notification that is sent later."""
    return body("queued", {call.channel: {"status": "queued", "attempts": 0} for call in made})


def body(status, channels):
    return {"id": uuid.uuid4().hex, "status": status, "channels": channels}


def entry(results):
    """What an answer says of a channel: of its one call, or of those to several devices."""
    of = {"status": results[0].status, "attempts": sum(r.attempts for r in results)}
    bad = [r for r in results if r.status != "sent"]
    if bad:
        worst = next((r for r in bad if r.status == "unknown"), bad[0])
        of["status"] = worst.status if len(bad) == len(results) else "partial"
        of["error"] = worst.error
    provider_id = next((r.provider_id for r in results if r.provider_id), None)
    if provider_id:
        of["provider_id"] = provider_id
    return of


def headers():
    """Says which process answered; nothing else is known of where the time went."""
    return {"Server-Timing": f'process;desc="{os.getpid()}"'}


def health():
    """The body of GET /healthz and its status: 200 when every process serves."""
    begun = processes.begun()
    ready = begun >= settings.PROCESSES
    return {
        "status": "ok" if ready else "starting",
        "pid": os.getpid(),
        "processes": settings.PROCESSES,
        "restarts": max(0, begun - settings.PROCESSES),
    }, 200 if ready else 503


# The experiment "work" is as many SHA-256 compressions as in the Go servers, where a round
# is a sum of 64 bytes: two of them, and the cost of a call. Here each is an update by one
# block, which with its call takes about as long. Below 2048 bytes hashlib keeps the
# interpreter's lock, as work in Python would.
BLOCK = bytes(64)
COMPRESSIONS = round(2 * 1000 * settings.seconds("NOTIFY_WORK", "0s") * settings.decimal("NOTIFY_ROUNDS_PER_MS", 0))


def work(compressions=COMPRESSIONS):
    if compressions:
        update = hashlib.sha256().update
        for _ in range(compressions):
            update(BLOCK)
