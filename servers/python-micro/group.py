"""A call on every channel at once, one of which may fail."""

import asyncio

from aiohttp import web

from calls import SESSION, notification, roll_up, send

ADDRESS = {"email": "email", "sms": "phone", "push": "device_token"}


def outcome(result) -> dict:
    """What became of a call. One that was cancelled may have been served all the same."""
    match result:
        case None:
            return {"status": "sent", "attempts": 1}
        case asyncio.CancelledError():
            return {"status": "unknown", "attempts": 1, "error": "cancelled"}
        case failure:
            return {"status": "failed", "attempts": 1, "error": str(failure)}


async def taskgroup(request: web.Request) -> web.Response:
    """The first failure cancels the others."""
    n, tasks = await notification(request), {}
    try:
        async with asyncio.TaskGroup() as group:
            for channel in n["channels"]:
                call = send(request.app[SESSION], n, channel, n[ADDRESS[channel]])
                tasks[channel] = group.create_task(call)
    except* Exception:  # each task has its own
        pass
    results = await asyncio.gather(*tasks.values(), return_exceptions=True)
    return roll_up(dict(zip(tasks, map(outcome, results))))


async def gather_all(request: web.Request) -> web.Response:
    """Waits for all of them, whatever becomes of the others."""
    n = await notification(request)
    calls = [send(request.app[SESSION], n, channel, n[ADDRESS[channel]]) for channel in n["channels"]]
    results = await asyncio.gather(*calls, return_exceptions=True)
    return roll_up(dict(zip(n["channels"], map(outcome, results))))
