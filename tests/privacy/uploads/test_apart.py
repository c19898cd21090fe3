"""What opens files is a process of its own: a hostile file ends it, and nothing else; what it says is not believed."""

import json
import os
import platform
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import ImageChops

from privacy.uploads import clean as cleaning
from privacy.uploads import syscall_filter
from privacy.uploads.clean import mark
from privacy.uploads.kinds import Kind
from privacy.uploads.limits import DEFAULT
from privacy.uploads.refusals import Refusal
from tests.privacy.uploads.making import RED_LEFT, opened, pdf, picture, png, stream
from tests.privacy.uploads.test_clean import cleaned, refusal


def drawn_again_and_again(levels: int = 12, times: int = 12) -> bytes:
    """A PDF of two kilobytes whose page draws a form that draws a form …, 12 times each, 12 levels deep."""
    forms = [
        stream(
            b"/N Do " * times if level < levels else b"0 0 1 rg 0 0 50 50 re f",
            f"/Type/XObject/Subtype/Form/BBox[0 0 200 100]/Resources<</XObject<</N {11 + level} 0 R>>>>",
        )
        for level in range(levels + 1)
    ]
    return pdf(b"/N Do", objects=forms, page="/Resources<</XObject<</N 10 0 R>>>>")


class TestLimits:
    def test_a_document_that_would_draw_for_years_is_ended_and_the_next_file_is_opened_as_ever(self) -> None:
        assert refusal(drawn_again_and_again(), replace(DEFAULT, cpu_seconds=1)) is Refusal.TOO_HEAVY
        assert cleaned(picture()).pages == 1

    def test_the_clock_ends_it_too_and_no_process_is_left_behind(self) -> None:
        assert refusal(drawn_again_and_again(), replace(DEFAULT, seconds=1)) is Refusal.TOO_HEAVY
        running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _parent(path) == os.getpid()]
        assert not [line for line in running if b"privacy.uploads.apart" in line]

    def test_a_picture_that_unfolds_to_more_memory_than_it_may_have_is_refused(self) -> None:
        side = 7000  # 196 MB as pixels, 143 kB as a file
        bomb = png(side, side, data=bytes((side * 3 + 1) * side))
        assert len(bomb) < 200_000
        assert refusal(bomb, replace(DEFAULT, memory_bytes=200_000_000)) is Refusal.TOO_HEAVY

    def test_a_picture_inside_a_document_that_unfolds_likewise_is_read_line_by_line(self) -> None:
        side = 10_000  # 300 MB as pixels
        form = f"/Width {side}/Height {side}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode"
        image = stream(zlib.compress(bytes(side * side * 3 // 100), 9), f"/Type/XObject/Subtype/Image{form}")
        bomb = pdf(b"200 0 0 100 0 0 cm /P Do", objects=[image], page="/Resources<</XObject<</P 10 0 R>>>>")
        assert cleaned(bomb, replace(DEFAULT, memory_bytes=200_000_000)).kind is Kind.PDF

    def test_more_than_we_would_keep_is_refused(self) -> None:
        assert refusal(pdf(RED_LEFT, RED_LEFT), replace(DEFAULT, output_bytes=2000)) is Refusal.TOO_HEAVY

    def test_who_comes_when_all_places_are_taken_is_asked_to_come_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cleaning, "PATIENCE_SECONDS", 0)
        with cleaning._place(), cleaning._place():
            assert refusal(picture()) is Refusal.BUSY
        assert cleaned(picture()).pages == 1

    def test_what_is_refused_for_its_kind_costs_no_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cleaning, "PROGRAM", ("/nonexistent",))
        assert refusal(b"<svg/>") is Refusal.OTHER_KIND
        assert refusal(picture() + bytes(DEFAULT.file_bytes)) is Refusal.TOO_LARGE


def _parent(cmdline: Path) -> int:
    try:
        return int((cmdline.parent / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


WELL = '{"pages": 1, "shut": true}'
TURNED = {
    "hands out a web page": f"print({WELL!r}); print('<script>alert(1)</script>')",
    "hands out another kind": f"print({WELL!r}); print('%PDF-1.4')",
    "hands out nothing": f"print({WELL!r})",
    "says nothing": "pass",
    "says something else than it may": """print('{"refused": "because", "why": "", "shut": true}')""",
    "says what cannot be read": "print('[[[')",
    "says what is no object": "print('7')",
    "does not read": "import time; time.sleep(60)",
    "never ends to talk": 'while True: sys.stdout.buffer.write(b"x" * 100_000)',
    "ends in an error": "raise SystemExit(3)",
}


DEEDS = {
    "read our secrets": "open('/proc/self/environ').read()",
    "write a file": "open(where, 'w').close()",
    "open a connection": "socket.socket()",
    "start a program": "subprocess.run(['/bin/true'])",
    "become two": "os.fork() or os._exit(0)",
    "look at who started it": "open(f'/proc/{os.getppid()}/environ').read()",
    "send a signal to others": "os.kill(os.getppid(), 0)",
    "remove a file": "open(where, 'w').close(); os.unlink(where)",
}


def _status(*lines: str) -> int:
    command = [sys.executable, "-c", "\n".join(lines)]
    return subprocess.run(command, cwd=cleaning.ROOT, env={}, capture_output=True, check=False).returncode


class TestDistrust:
    """A process taken over by its file may do anything with its output; it is held to the two kinds it may hand out."""

    @pytest.mark.parametrize("how", TURNED)
    def test_a_process_that_does_what_it_should_not_gives_a_refusal(
        self, how: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cleaning, "PROGRAM", (sys.executable, "-c", f"import sys\n{TURNED[how]}"))
        limits = replace(DEFAULT, seconds=2, output_bytes=1_000_000)
        assert refusal(picture(), limits) in {Refusal.TOO_HEAVY, Refusal.BROKEN}

    def test_it_gets_no_secret_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SECRET_KEY", "planted-secret")
        show = 'import os, sys; sys.exit(7 if os.environ.get("SECRET_KEY") else 8)'
        monkeypatch.setattr(cleaning, "PROGRAM", (sys.executable, "-c", show))
        assert cleaning._run(b"", b"", DEFAULT)[0] == 8

    def test_it_loads_neither_settings_nor_the_database(self) -> None:
        program = (
            "import sys, privacy.uploads.apart; print([n for n in sys.modules if n.startswith(('django', 'psycopg'))])"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=cleaning.ROOT, env={}, capture_output=True, check=True
        )
        assert json.loads(done.stdout) == []

    @pytest.mark.parametrize("deed", DEEDS)
    def test_code_that_a_file_brings_along_can_do_nothing_in_it(self, deed: str, tmp_path: Path) -> None:
        begin = "import os, socket, subprocess; from privacy.uploads import apart"
        deeds = [f"where = {str(tmp_path / 'leak')!r}", DEEDS[deed], "os._exit(42)"]
        outside = _status(begin, *deeds)
        inside = _status(begin, "assert apart.confine(apart.Limits())", *deeds)
        assert outside == 42  # the deed is possible at all
        assert inside not in {0, 42}

    def test_it_cannot_write_to_a_file_that_is_open_already(self, tmp_path: Path) -> None:
        leak = tmp_path / "leak"
        status = _status(
            "import os; from privacy.uploads import apart",
            f"handle = os.open({str(leak)!r}, os.O_WRONLY | os.O_CREAT)",
            "apart.confine(apart.Limits())",
            "os.write(handle, b'plaintext')",
        )
        assert status != 0
        assert leak.stat().st_size == 0

    def test_a_system_without_the_filter_does_without_and_says_so(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(platform, "machine", lambda: "another")
        assert not syscall_filter.shut_doors()
        open_doors = WELL.replace("true", "false")
        answer = f"import sys; print({open_doors!r}, flush=True); sys.stdout.buffer.write({picture()!r})"
        monkeypatch.setattr(cleaning, "PROGRAM", (sys.executable, "-c", answer))
        assert cleaned(picture()).pages == 1
        assert "no filter of calls" in caplog.text


@pytest.mark.parametrize("machine", syscall_filter.MACHINES)
def test_the_filter_lets_the_calls_of_its_machine_through_and_no_others(machine: str) -> None:
    name, which = syscall_filter.MACHINES[machine]
    listed = {numbers[which] for numbers in syscall_filter.CALLS.values()}
    steps = syscall_filter.steps_for(name, list(listed))
    passed = {number for number in range(1000) if _verdict(steps, name, number) == syscall_filter.ALLOW}
    assert passed == listed
    assert _verdict(steps, name, 0x40000000) == syscall_filter.REFUSE  # the same calls under their 32-bit numbers
    assert _verdict(steps, name ^ 1, min(listed)) == syscall_filter.REFUSE


def _verdict(steps: list[tuple[int, int, int, int]], machine: int, number: int) -> int:
    """What the kernel would answer: it runs the filter as linux/filter.h says."""
    at = loaded = 0
    while True:
        what, if_so, if_not, value = steps[at]
        if what == 0x06:
            return value
        if what == 0x20:
            loaded, skip = (number if value == 0 else machine), 0
        else:
            skip = if_so if loaded == value else if_not
        at += 1 + skip


class TestMarks:
    def test_the_text_lies_across_the_whole_picture(self) -> None:
        plain = cleaned(picture("PNG", size=(900, 600))).content
        marked = opened(mark(plain, "Staff 12 - 2027-01-07 14:05").content)
        assert marked.size == (900, 600)
        before = opened(plain)
        for left in range(0, 900, 300):
            for top in range(0, 600, 300):
                box = (left, top, left + 300, top + 300)
                assert marked.crop(box).tobytes() != before.crop(box).tobytes()
                difference = ImageChops.difference(marked.crop(box), before.crop(box)).convert("L")
                changed = sum(difference.histogram()[20:])
                assert 500 < changed < 60_000  # in every part, and the picture can still be seen

    def test_every_page_of_a_document_bears_it(self) -> None:
        plain = cleaned(pdf(RED_LEFT, RED_LEFT))
        marked = mark(plain.content, "Staff 12")
        assert (marked.kind, marked.pages) == (Kind.PDF, 2)
        for number in range(2):
            before, after = (pypdfium2.PdfDocument(made.content)[number] for made in (plain, marked))
            difference = ImageChops.difference(*(page.render(scale=1).to_pil() for page in (before, after)))
            assert sum(difference.convert("L").histogram()[20:]) > 500

    @pytest.mark.parametrize("text", ["", " ", "André", "–"])
    def test_a_mark_that_could_not_be_read_is_a_fault(self, text: str) -> None:
        with pytest.raises(ValueError, match="plain letters"):
            mark(picture(), text)

    def test_what_was_not_cleaned_before_is_made_anew_all_the_same(self) -> None:
        assert b"planted" not in mark(picture() + b"planted", "Staff 12").content
