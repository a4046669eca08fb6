"""A PostgreSQL of one test process alone: in a folder of its own, reached by a socket in it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GUARD_S = 120
OPTIONS = ("listen_addresses=", "fsync=off", "max_connections=60", "shared_buffers=16MB")


def programs() -> Path | None:
    """Where ``initdb`` and ``postgres`` are; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def why_not() -> str:
    """Why no cluster can be started here, "" where one can."""
    if programs() is None:
        return "PostgreSQL is not installed"
    if os.geteuid() == 0 and not _other_users():
        return "PostgreSQL refuses to run as root, and there is no other user here"
    return ""


@contextmanager
def private_cluster() -> Iterator[str]:
    """The address of an empty database; the server ends with the block."""
    bin_folder = programs()
    folder = Path(tempfile.mkdtemp(prefix="formscan-pg-"))
    who: dict[str, object] = {}
    if os.geteuid() == 0:
        user = _other_users()[0]
        os.chown(folder, user.pw_uid, user.pw_gid)
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    plain = {"LC_ALL": "C", "PATH": os.environ["PATH"], "HOME": str(folder)}
    common = {"cwd": folder, "env": plain, "stdin": subprocess.DEVNULL, **who}
    with (folder / "log").open("wb") as log:
        common |= {"stdout": log, "stderr": log}
        initdb = [bin_folder / "initdb", "-D", "data", "-N", "-A", "trust", "-U", "formscan"]
        done = subprocess.run([*initdb, "-E", "UTF8", "--locale=C"], **common)
        assert done.returncode == 0, (folder / "log").read_text(errors="replace")
        options = [part for option in OPTIONS for part in ("-c", option)]
        server = subprocess.Popen(
            [bin_folder / "postgres", "-D", "data", "-k", folder, *options], **common
        )
        try:
            _wait(server, folder)
            yield f"postgresql://formscan@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # ends its sessions, too
            try:
                server.wait(GUARD_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _wait(server: subprocess.Popen, folder: Path) -> None:
    """Until it says that it takes connections: the last line of its own note is its state."""
    end = time.monotonic() + GUARD_S
    note = folder / "data" / "postmaster.pid"
    while True:
        lines = note.read_text().splitlines() if note.is_file() else []
        if len(lines) >= 8 and lines[7].strip() == "ready":
            return
        if server.poll() is not None or time.monotonic() > end:
            raise AssertionError((folder / "log").read_text(errors="replace"))
        time.sleep(0.05)


def _other_users() -> list[pwd.struct_passwd]:
    """Who may run it in the place of root: Debian's own user first, then nobody."""
    known = {one.pw_name: one for one in pwd.getpwall()}
    return [known[name] for name in ("postgres", "nobody") if name in known]
