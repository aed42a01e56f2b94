"""What tests of this folder share."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: runs the real program as a process, and kills it")
