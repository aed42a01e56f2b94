from __future__ import annotations

import pytest

from bot.oxen.addresses import is_public, resolve
from bot.oxen.host import OxenHost, path_of


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff0e::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::10.0.0.1",
        "2001:0:1:2:3:4:5:6",
        "hub.oxen.ai",
        "",
    ],
)
def test_addresses_that_are_not_on_the_public_internet(address: str) -> None:
    assert not is_public(address)


async def test_names_are_resolved_by_the_system() -> None:
    assert set(await resolve("localhost", 80)) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    ("base_url", "is_local"),
    [
        ("https://hub.oxen.ai", False),
        ("http://sandbox:8080", True),
        ("https://localhost", True),
        ("https://127.0.0.1:8443", True),
        ("https://[::1]", True),
        ("https://10.0.0.1", False),
    ],
)
def test_which_oxen_is_a_local_one(base_url: str, *, is_local: bool) -> None:
    assert OxenHost(base_url, "key").is_local is is_local


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("/api/ai/queue", True),
        ("https://hub.oxen.ai:443/x", True),
        ("https://HUB.oxen.ai/x", True),
        ("http://hub.oxen.ai/x", False),
        ("https://hub.oxen.ai:8443/x", False),
        ("https://hub.oxen.ai.example/x", False),
        ("https://oxen.ai/x", False),
        ("https://hub.oxen.ai@example.org/x", False),
    ],
)
def test_the_key_is_for_oxens_own_origin_only(address: str, *, is_own: bool) -> None:
    host = OxenHost("https://hub.oxen.ai/", "key")
    url = host.url("/").join(address)

    assert host.headers_for(url) == ({"Authorization": "Bearer key"} if is_own else {})


def test_the_key_is_not_shown() -> None:
    assert "word" not in repr(OxenHost("https://hub.oxen.ai", "word"))


@pytest.mark.parametrize("key", ["", "key with blanks", "key\n", "schl\u00fcssel"])
def test_a_key_that_cannot_be_one_is_refused_without_being_quoted(key: str) -> None:
    with pytest.raises(ValueError, match="no key has") as caught:
        OxenHost("https://hub.oxen.ai", key)

    assert not key or key not in str(caught.value)


def test_segments_of_a_path_are_quoted_whole() -> None:
    assert path_of("api", "a/b", "ü ?#%") == "/api/a%2Fb/%C3%BC%20%3F%23%25"
