"""Files and folders on the disk: complete or not at all, on a full disk and when the writer is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli
from sim.core.errors import InputError
from sim.experiments.disk import check_writable, remains, replacing, replacing_folder, storage

OLD, NEW = "old", "new" * 100_000


def write(place):
    """Put a file, or a folder with two files, in place of what is there."""
    if place.suffix:
        with replacing(place) as aside:
            aside.write_text(NEW)
    else:
        with replacing_folder(place) as aside:
            (aside / "first").write_text(NEW)
            (aside / "second").write_text(NEW)


def content(place):
    return {file.name: file.read_text() for file in ([place] if place.suffix else place.iterdir())}


@pytest.fixture(params=["table.csv", "run"])
def place(request, tmp_path):
    """Return a file, and a folder, that are there already."""
    path = tmp_path / "below" / request.param
    path.parent.mkdir()
    if path.suffix:
        path.write_text(OLD)
    else:
        path.mkdir()
        (path / "first").write_text(OLD)
    return path


def child(place, before="", during=""):
    """Write in another process to which something happens before, or in the middle."""
    program = f"""
import os, resource, signal, sys
from pathlib import Path
from experiments import test_disk
from sim.experiments import disk
{before}
if {during!r}:
    disk.flush = lambda *_: os.kill(os.getpid(), signal.{during or "SIGTERM"})
test_disk.write(Path(sys.argv[1]))
"""
    root = Path(cli.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])}
    return subprocess.run(
        [sys.executable, "-c", program, str(place)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_written_takes_the_place_of_what_was_there_and_of_nothing(place, tmp_path):
    write(place)
    assert set(content(place).values()) == {NEW} and list(place.parent.iterdir()) == [place]
    fresh = tmp_path / "not" / "yet" / place.name
    write(fresh)
    assert content(fresh) == content(place)
    assert place.stat().st_mode & 0o777 == (0o644 if place.suffix else 0o755)


def test_a_writer_that_fails_leaves_what_was_there(place):
    before = content(place)
    with pytest.raises(ZeroDivisionError), (replacing if place.suffix else replacing_folder)(place):
        raise ZeroDivisionError
    assert content(place) == before and list(place.parent.iterdir()) == [place]


def test_a_full_disk_leaves_what_was_there_and_nothing_else(place):
    before = content(place)
    done = child(place, before="resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))")
    assert done.returncode == 1 and "OSError" in done.stderr, done.stderr
    assert content(place) == before and list(place.parent.iterdir()) == [place]


@pytest.fixture
def tiny(tmp_path):
    """Return a disk of 64 kB, where one can be had."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("only root can mount a disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount a disk")
@pytest.mark.parametrize("name", ["table.csv", "run"])
def test_a_disk_that_is_really_full_is_told_with_place_cause_and_way_out(tiny, name):
    with pytest.raises(InputError) as caught, storage(tiny):
        write(tiny / name)
    (problem,) = caught.value.problems
    assert problem.where == str(tiny) and "No space left on device" in problem.what
    assert "make room or name another folder" in problem.fix
    assert list(tiny.iterdir()) == []


@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
def test_a_writer_that_is_killed_in_the_middle_leaves_what_was_there(place, how):
    before = content(place)
    done = child(place, "signal.signal(signal.SIGTERM, signal.default_int_handler)", how)
    assert done.returncode == -(signal.SIGKILL if how == "SIGKILL" else signal.SIGINT), done.stderr
    assert content(place) == before
    left = sorted(path for path in place.parent.iterdir() if path != place)
    assert left == remains(place.parent) and bool(left) == (how == "SIGKILL")
    assert all(path.name.startswith(".") for path in left)


def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_done(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file\n    name a folder"):
        check_writable(tmp_path / "file" / "below", "--output x", "name another")
    if Path("/sys").is_dir():
        with pytest.raises(InputError, match="cannot be written to"):
            check_writable(Path("/sys/winwin"), "--output /sys/winwin", "name another")
    check_writable(tmp_path / "not" / "yet", "--output x", "name another")
    assert not (tmp_path / "not").exists()
