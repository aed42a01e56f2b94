"""What the command line refuses before anything is begun, in one line and with status 2."""

from pathlib import Path

import pytest
from PIL import Image

from bot.cli.program import main


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OXEN_API_KEY", "oxen-key-of-the-tests")
    for name in ("DISCORD_TOKEN", "DISCORD_TOKEN_FILE", "OXEN_API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    Image.new("RGB", (400, 300)).save("picture.png")
    Image.new("RGB", (40, 30)).save("small.png")
    Path("there.mp4").touch()
    Path("text.png").write_text("not a picture")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["render"], "No such command 'render'. See \"python -m bot --help\"."),
        (["generate"], "Missing argument 'PROMPT'. See \"python -m bot generate --help\"."),
        (["generate", "a", "--colour"], "No such option: --colour"),
        (
            ["generate", "a", "--mode", "magic"],
            '--mode: "magic" cannot be used; it is one of events',
        ),
        (["generate", "a", "--duration", "x"], '--duration: "x" cannot be used; write a whole'),
        (["generate", "a", "--duration", "16"], "A video can be 3 to 15 seconds long"),
        (["generate", "a", "--aspect-ratio", "2:1"], "The aspect ratio can be 16:9, 9:16 or 1:1"),
        (["generate", "a" * 513], "That prompt is 513 characters, 1 too many."),
        (["generate", "@Image1"], "@Image1 is in the prompt, but no image is attached."),
        (["generate", "a", "--end-frame", "picture.png"], "An end frame needs a start frame"),
        (["generate", "a", *["--image", "picture.png"] * 5], "The model takes 4 reference images"),
        (["generate", "a", "--image", "no.png"], '"no.png" cannot be read (No such file'),
        (["generate", "a", "--image", "text.png"], '"text.png" is not a picture'),
        (["generate", "a", "--image", "small.png"], '"small.png" is 40'),
        (["generate", "a", "--out", "there.mp4"], '"there.mp4" is there already; name another'),
        (["generate", "a", "--out", "."], '"." is a folder; name a file in it'),
        (["generate", "a", "--out", "no/a.mp4"], 'There is no folder "no"; make it first.'),
        (["generate", "a", "--base-url", "hub"], "--base-url: an address such as"),
        (["generate", "a", "--base-url", "http://hub.oxen.ai"], "--base-url: the API key would"),
        (["sandbox", "--fault", "lost-evnt"], "--fault: There is no fault 'lost-evnt'; did you"),
        (["sandbox", "--credits", "much"], '--credits: "much" is no amount; write dollars'),
        (["sandbox", "--port", "70000"], '--port: "70000" cannot be used; the most is 65535.'),
        (["check-config", "--config", "no.toml"], '"no.toml": there is no such file; copy'),
        (["run", "--config", "no.toml"], '"no.toml": there is no such file; copy'),
    ],
)
def test_a_wrong_call_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    status = main(arguments)

    said = capsys.readouterr()
    assert status == 2
    assert said.out == ""
    assert said.err.startswith(f"clapperboard: {line}")
    assert "Traceback" not in said.err
    if arguments[0] not in {"run", "check-config"}:
        assert said.err.count("\n") == 1


def test_a_missing_key_is_named_with_the_remedy(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OXEN_API_KEY")

    assert main(["generate", "a"]) == 2
    assert "OXEN_API_KEY: missing; set it to the API key" in capsys.readouterr().err


def test_what_nobody_foresaw_is_a_line_without_secrets_and_a_status_of_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("at https://s.example/v.mp4?hm=0123456789abcdef")

    monkeypatch.setattr("bot.cli.serving.load_config", explode)

    assert main(["check-config"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("clapperboard: Something unforeseen failed (RuntimeError: at https://s.")
    assert "0123456789abcdef" not in said
    assert said.count("\n") == 1


def test_all_that_is_wrong_with_a_video_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = "--duration 2 --image no.png --image text.png --aspect-ratio 2:1 --out there.mp4"
    status = main(["generate", "@Image3", *wrong.split()])

    lines = capsys.readouterr().err.splitlines()
    assert status == 2
    assert len(lines) == 6
    assert all(line.startswith("clapperboard: ") for line in lines)
