"""``formscan run https://…``: workers fetch for themselves; the tables are those of a folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from batches import finished, tables

pytest.importorskip("aiohttp")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server(mini_scans) -> Iterator[str]:
    serve = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=mini_scans.parent))
    thread = threading.Thread(target=serve.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serve.server_port}/{mini_scans.name}"
    finally:
        serve.shutdown()
        thread.join()
        serve.server_close()


def test_scans_under_an_address_give_the_bytes_of_a_folder(server, mini_scans, mini_file, tmp_path):
    local, remote = tmp_path / "local", tmp_path / "remote"
    assert finished(local, mini_file, scans=str(mini_scans))[0] == 0
    assert finished(remote, mini_file, "--workers", "2", scans=server)[0] == 0
    assert tables(remote / "out") == tables(local / "out")
    kept = [sorted(p.name for p in (f / "out/originals").rglob("*.*")) for f in (local, remote)]
    assert kept[0] == kept[1]


def test_a_server_that_is_not_there_is_told_and_nothing_is_made(server, mini_file, tmp_path):
    code, said = finished(tmp_path, mini_file, scans=f"{server}/nowhere")
    assert (code, "there is no such file or folder" in said) == (3, True)
    code, said = finished(tmp_path, mini_file, scans="http://127.0.0.1:9/scans")
    assert code == 3
    assert not (tmp_path / "out").exists()
