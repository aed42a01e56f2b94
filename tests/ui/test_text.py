import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.ui.text import neutralise, plain, quote_prompt, shorten, without_addresses
from tests.ui.cards import NASTY, PROMPTS, alive, mentioned


@given(PROMPTS, st.integers(2, 300))
def test_a_quoted_prompt_is_one_line_without_any_life(prompt: str, limit: int) -> None:
    quoted = quote_prompt(prompt, limit)
    assert quoted.startswith("> ")
    assert len(quoted.splitlines()) == 1
    assert alive(quoted.removeprefix("> ")) == []
    assert mentioned(quoted) == set()


@given(PROMPTS, st.integers(2, 300))
def test_escapes_at_most_double_the_length(prompt: str, limit: int) -> None:
    assert len(neutralise(prompt, limit)) <= 2 * limit


@pytest.mark.parametrize("nasty", NASTY)
def test_markdown_shows_what_was_typed(nasty: str) -> None:
    """Read by another Markdown implementation: one quoted paragraph of text and nothing else."""
    typed = plain(nasty)
    tokens = MarkdownIt("commonmark").enable(["strikethrough"]).parse(quote_prompt(nasty))
    assert [token.type for token in tokens] == [
        "blockquote_open",
        "paragraph_open",
        "inline",
        "paragraph_close",
        "blockquote_close",
    ]
    children = tokens[2].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children).replace("\u200b", "") == (typed or "…")


@given(PROMPTS)
@example("a\u202eb\u0000c\u2028d")
def test_nothing_invisible_or_stacked_is_left(prompt: str) -> None:
    visible = plain(prompt)
    assert not {
        unicodedata.category(char) for char in visible.replace("\u200d", "").replace("\u200c", "")
    } & {
        "Cc",
        "Cf",
        "Co",
        "Zl",
        "Zp",
    }
    run = longest = 0
    for char in visible:
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        longest = max(longest, run)
    assert longest <= 4


def test_ordinary_prompts_stay_as_they_are() -> None:
    prompt = "Shot 1: @Image1 walks (slowly), looks up - and smiles at @Image2's dog; 3.5 s"
    assert quote_prompt(prompt) == f"> {prompt}"


def test_several_lines_become_one() -> None:
    assert quote_prompt("first\n\n# second\r\n> third") == r"> first # second \> third"


def test_a_prompt_of_nothing_visible_still_holds_its_place() -> None:
    assert quote_prompt("\u200b \n") == "> …"


def test_a_long_text_is_cut_between_words() -> None:
    assert shorten("a calm walk on the moon with a dog", 20) == "a calm walk on the…"
    assert shorten("exactly", 7) == "exactly"


def test_one_long_word_is_cut_hard() -> None:
    assert shorten("x" * 30, 10) == "x" * 9 + "…"


def test_a_cut_does_not_split_an_emoji_or_an_accent() -> None:
    assert shorten("ab👨\u200d👩\u200d👧cd", 6) == "ab…"
    assert shorten("abe\u0301cd", 4) == "ab…"


@given(st.text(max_size=100), st.integers(2, 100))
def test_a_shortened_text_is_never_over_the_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_addresses_are_cut_out_of_foreign_words() -> None:
    words = "could not fetch https://cdn.example/a.png?hm=secret (403)"
    assert without_addresses(words) == "could not fetch (address) (403)"
