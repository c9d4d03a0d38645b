"""The watch that keeps every test off the network."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest


def test_a_socket_cannot_be_made_even_under_a_broad_except(network_attempts: list[str]) -> None:
    with pytest.raises(BaseException, match="__new__") as caught:
        socket.socket()
    assert not isinstance(caught.value, Exception)
    assert len(network_attempts) == 1
    network_attempts.clear()


def test_a_name_cannot_be_looked_up(network_attempts: list[str]) -> None:
    with pytest.raises(BaseException, match="getaddrinfo"):
        socket.getaddrinfo("localhost", 80)
    network_attempts.clear()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no AF_UNIX in Python")
def test_local_sockets_are_free(network_attempts: list[str]) -> None:
    for end in socket.socketpair():
        end.close()
    assert network_attempts == []


def test_a_started_python_is_watched_too() -> None:
    code = "import socket; socket.socket()"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "NetworkUsedError" in run.stderr
