"""The notification service on Sanic, which "Should I Migrate to an Async Framework?"
recommends in section Greenfield Projects, with the calls of "Asyncio Notification
Service" in ../internal/python/client.py.
"""

from sanic import Sanic, json
from sanic.exceptions import SanicException

import notification
import processes
import settings
from client import Client

app = Sanic("notification")
app.config.REQUEST_MAX_SIZE = notification.MAX_BODY
app.config.RESPONSE_TIMEOUT = 600  # a request may take as long as its providers
app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 30
app.config.USE_UVLOOP = settings.text("NOTIFY_LOOP", "uvloop", "asyncio", "uvloop") == "uvloop"
client = Client()


@app.post("/notify")
async def send_notification(request):
    calls = notification.calls(request.json)
    notification.work()
    body, status = notification.answer(calls, await client.send(calls))
    return json(body, status, notification.headers())


@app.get("/healthz")
async def health(request):
    return json(*notification.health())


@app.before_server_start
async def start(app):
    await client.start()
    processes.begin()


@app.after_server_stop
async def close(app):
    await client.close()


@app.exception(notification.Refusal)
async def refuse(request, e):
    return json(e.body, e.status)


@app.exception(SanicException)
async def explain(request, e):
    """What Sanic refuses by itself, as JSON."""
    return json({"error": str(e)}, e.status_code)


if __name__ == "__main__":
    app.run(
        settings.HOST, settings.PORT, workers=settings.PROCESSES, single_process=settings.PROCESSES == 1,
        backlog=2048, access_log=False, motd=False,
    )
