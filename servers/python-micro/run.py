"""python-micro: a route for each claim about one mechanism.

The routes are aiohttp's; /trivial alone is there in Flask, too (app=flask). Settings
come from the environment, as server.yaml names them.
"""

import os
import sys


def serve_aiohttp(host: str, port: int) -> None:
    from aiohttp import web

    import app

    web.run_app(app.make(), host=host, port=port, loop=app.new_loop(), print=None, access_log=None)


def serve_werkzeug(host: str, port: int) -> None:
    """Flask's development server, which has a thread for each connection and a line of log for each request."""
    import signal

    from flask_app import app

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app.run(host, port)


def serve_gunicorn(host: str, port: int) -> None:
    command = [sys.executable, "-m", "gunicorn", "--chdir", os.path.dirname(os.path.abspath(__file__))]
    command += ["--workers", os.environ.get("WEB_CONCURRENCY", "1"), "--bind", f"{host}:{port}"]
    command += ["--no-control-socket", "flask_app:app"]  # which would be one in $HOME for all servers
    os.execv(sys.executable, command)


SERVERS = {
    ("aiohttp", "gunicorn"): serve_aiohttp,  # wsgi says nothing of aiohttp
    ("aiohttp", "werkzeug"): serve_aiohttp,
    ("flask", "gunicorn"): serve_gunicorn,
    ("flask", "werkzeug"): serve_werkzeug,
}


def main() -> None:
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8080"))
    key = os.environ.get("NOTIFY_APP", "aiohttp"), os.environ.get("NOTIFY_WSGI", "gunicorn")
    serve = SERVERS.get(key)
    if serve is None:
        sys.exit(f"python-micro: NOTIFY_APP={key[0]} with NOTIFY_WSGI={key[1]} is none of {list(SERVERS)}")
    if serve is not serve_gunicorn and os.environ.get("WEB_CONCURRENCY", "1") != "1":
        sys.exit("python-micro: several processes are for app flask under gunicorn only")
    serve(host, port)


if __name__ == "__main__":
    main()
