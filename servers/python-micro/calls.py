"""Provider calls, one for each device of a push notification, in four ways."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import requests
from aiohttp import web

SESSION = web.AppKey("session", aiohttp.ClientSession)
TIMEOUT = 30  # seconds; long, as no claim here is about it

URLS = {"email": os.environ.get("EMAIL_URL"), "sms": os.environ.get("SMS_URL"), "push": os.environ.get("PUSH_URL")}


async def notification(request: web.Request) -> dict:
    try:
        return await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="not JSON") from None


def body(n: dict, channel: str, to: str) -> dict:
    return {"to": to, "subject": n["subject"]} if channel == "email" else {"to": to, "message": n["message"]}


async def post(session: aiohttp.ClientSession, n: dict, channel: str, to: str) -> int:
    async with session.post(URLS[channel] + "/send", json=body(n, channel, to)) as response:
        await response.read()
        return response.status


async def send(session: aiohttp.ClientSession, n: dict, channel: str, to: str) -> None:
    """One provider call; an answer other than 2xx is an error."""
    status = await post(session, n, channel, to)
    if status // 100 != 2:
        raise RuntimeError(f"{channel} provider answers {status}")


def roll_up(channels: dict) -> web.Response:
    """The answer to what became of each channel: 200, 207, or 502 where none was sent."""
    good = sum(c["status"] == "sent" for c in channels.values())
    code, status = {len(channels): (200, "sent"), 0: (502, "failed")}.get(good, (207, "partial"))
    return web.json_response({"id": "1", "status": status, "channels": channels}, status=code)


def sent(outcomes: list) -> web.Response:
    """The answer where only the push channel was called, once for each device."""
    result = {"status": "sent", "attempts": len(outcomes)}
    for failure in filter(None, outcomes):
        result |= {"status": "failed", "error": str(failure)}
    return roll_up({"push": result})


def devices(n: dict) -> list:
    return n.get("device_tokens") or [n["device_token"]]


async def gather(request: web.Request) -> web.Response:
    """All calls at once."""
    n = await notification(request)
    tasks = [send(request.app[SESSION], n, "push", to) for to in devices(n)]
    return sent(await asyncio.gather(*tasks, return_exceptions=True))


async def sequential(request: web.Request) -> web.Response:
    """One call after the other."""
    n = await notification(request)
    outcomes = []
    for to in devices(n):
        outcomes += await asyncio.gather(send(request.app[SESSION], n, "push", to), return_exceptions=True)
    return sent(outcomes)


async def bounded(request: web.Request, at_once: int = 10) -> web.Response:
    """At most ten calls at once: workers that take from a queue, and a semaphore.

    As printed it cannot run: fetch_url is called without its session, and a worker holds
    the semaphore for ever, also while it waits for work. Here it is held during a call;
    with no more workers than that it never has to wait.
    """
    n = await notification(request)
    semaphore, queue, outcomes = asyncio.Semaphore(at_once), asyncio.Queue(), []
    for to in devices(n):
        queue.put_nowait(to)

    async def worker() -> None:
        while not queue.empty():
            to = queue.get_nowait()
            async with semaphore:
                outcomes.extend(await asyncio.gather(send(request.app[SESSION], n, "push", to), return_exceptions=True))

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return sent(outcomes)


async def threads(request: web.Request) -> web.Response:
    """Ten threads with a library that blocks, a pool for each request as printed; the loop does not wait for them."""
    n = await notification(request)

    def fetch(to: str):
        try:
            response = requests.post(URLS["push"] + "/send", json=body(n, "push", to), timeout=TIMEOUT)
            return None if response.ok else RuntimeError(f"push provider answers {response.status_code}")
        except requests.RequestException as failure:
            return failure

    def fetch_all() -> list:
        with ThreadPoolExecutor(max_workers=10) as executor:
            return list(executor.map(fetch, devices(n)))

    return sent(await asyncio.to_thread(fetch_all))
