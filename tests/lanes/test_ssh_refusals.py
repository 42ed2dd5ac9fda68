"""What keeps us out of a machine is said in words that an administrator can act on."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.executors.base import LaneUnreachable
from scheduler.executors.ssh import SshExecutor
from tests.lanes.sshd import Sshd, make_key


def forget_host_key(sshd: Sshd) -> None:
    sshd.known_hosts.write_text("")


def change_known_key(sshd: Sshd) -> None:
    make_key(sshd.directory / "another")
    public = (sshd.directory / "another.pub").read_text()
    sshd.known_hosts.write_text(f"[127.0.0.1]:{sshd.port} {public}")


def change_login_key(sshd: Sshd) -> None:
    make_key(sshd.directory / "key")


def remove_key(sshd: Sshd) -> None:
    (sshd.directory / "key").unlink()


def remove_known_hosts(sshd: Sshd) -> None:
    sshd.known_hosts.unlink()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (forget_host_key, r"The host key of 127\.0\.0\.1 is unknown: it is not in .*known_hosts"),
        (change_known_key, r"The host key of 127\.0\.0\.1 is not the one in .*known_hosts"),
        (change_login_key, r"127\.0\.0\.1:\d+ refuses \w+ with the key .*/key"),
        (remove_key, r"The file of the private key is not there: .*/key"),
        (remove_known_hosts, r"The file of the known host keys is not there: .*/known_hosts"),
    ],
)
async def test_what_keeps_us_out_is_said(
    sshd: Sshd, tmp_path: Path, spoil: Callable[[Sshd], None], sentence: str
) -> None:
    spoil(sshd)
    executor = SshExecutor(sshd.access())

    with pytest.raises(LaneUnreachable, match=sentence):
        await executor.check(tmp_path)

    await executor.close()


async def test_a_port_where_nothing_listens_is_said(sshd: Sshd, tmp_path: Path) -> None:
    await sshd.stop()
    executor = SshExecutor(sshd.access())

    with pytest.raises(LaneUnreachable, match=r"Nothing listens on 127\.0\.0\.1:"):
        await executor.check(tmp_path)

    await executor.close()


async def test_whoever_asks_on_purpose_need_not_wait_for_the_rest_after_a_failure(
    sshd: Sshd, tmp_path: Path
) -> None:
    executor = SshExecutor(sshd.access())
    forget_host_key(sshd)
    for _ in range(3):
        with pytest.raises(LaneUnreachable):
            await executor.check(tmp_path)

    sshd.trust_host_key()
    with pytest.raises(LaneUnreachable, match="is unknown"):
        await executor.observe([])
    report = await executor.check(tmp_path)

    assert report.host == os.uname().nodename
    await executor.close()
