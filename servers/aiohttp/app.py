"""The notification service on aiohttp: after "Asyncio Notification Service", sections
Enter Asyncio, Background Tasks and Deployment; its calls are in ../internal/python/client.py.
What awaits the tasks in the background at the end is after "Python Async Programming",
section Error Handling and Timeouts (graceful shutdown).
"""

import asyncio
import logging

from aiohttp import web

import notification
import processes
import settings
from client import Client

LOOP = settings.text("NOTIFY_LOOP", "asyncio", "asyncio", "uvloop")
QUEUED = settings.text("NOTIFY_MODE", "sync", "sync", "queued") == "queued"
AWAITED = settings.text("NOTIFY_BACKGROUND", "printed", "printed", "awaited") == "awaited"

client = Client()
background = set()  # tasks under way: the event loop alone would let them be collected


async def send_notification(request):
    try:
        calls = notification.calls(await read(request))
    except notification.Refusal as e:
        return web.json_response(e.body, status=e.status)
    if QUEUED:
        # Start background task
        task = asyncio.create_task(send(calls))
        background.add(task)
        task.add_done_callback(background.discard)
        # Return immediately
        return web.json_response(notification.queued(calls), status=202, headers=notification.headers())
    body, status = notification.answer(calls, await send(calls))
    return web.json_response(body, status=status, headers=notification.headers())


async def read(request):
    try:
        return await request.json()
    except (ValueError, RecursionError):
        raise notification.malformed() from None
    except web.HTTPRequestEntityTooLarge:
        raise notification.too_large() from None


async def send(calls):
    notification.work()
    return await client.send(calls)


async def health(request):
    body, status = notification.health()
    return web.json_response(body, status=status)


async def start(app):
    await client.start()
    processes.begin()


async def finish(app):
    """At the end the tasks in the background are awaited, or as printed: nobody thinks of them."""
    tasks = list(background)
    if AWAITED:
        await asyncio.gather(*tasks, return_exceptions=True)
    left = len(background)
    if QUEUED:
        logging.warning("msg=drained drained=%d persisted=0 dropped=%d", len(tasks) - left, left)


async def close(app):
    await client.close()


app = web.Application(client_max_size=notification.MAX_BODY)
app.router.add_post("/notify", send_notification)
app.router.add_get("/healthz", health)
app.on_startup.append(start)
app.on_shutdown.append(finish)
app.on_cleanup.append(close)

if __name__ == "__main__":
    loop = None
    if LOOP == "uvloop":
        import uvloop

        loop = uvloop.new_event_loop()
    web.run_app(app, host=settings.HOST, port=settings.PORT, backlog=2048, access_log=None, print=None, loop=loop)
