"""The notification service on Quart: after "How to upgrade your Flask application using
async", section Asynchronous Web Servers, with the calls of "Asyncio Notification Service"
in ../internal/python/client.py.
"""

from quart import Quart, jsonify, request
from werkzeug.exceptions import HTTPException

import notification
import processes
from client import Client

app = Quart(__name__)
app.config["MAX_CONTENT_LENGTH"] = notification.MAX_BODY
client = Client()


@app.post("/notify")
async def send_notification():
    calls = notification.calls(await request.get_json(force=True))
    notification.work()
    body, status = notification.answer(calls, await client.send(calls))
    return jsonify(body), status, notification.headers()


@app.get("/healthz")
async def health():
    return notification.health()


@app.before_serving
async def start():
    await client.start()
    processes.begin()


@app.after_serving
async def close():
    await client.close()


@app.errorhandler(notification.Refusal)
async def refuse(e):
    return e.body, e.status


@app.errorhandler(RecursionError)
@app.errorhandler(UnicodeDecodeError)
async def refuse_text(e):
    return await refuse(notification.malformed())


@app.errorhandler(HTTPException)
async def explain(e):
    """What Quart refuses by itself, as JSON."""
    response = jsonify(error=e.description)
    response.status_code = e.code
    return response
