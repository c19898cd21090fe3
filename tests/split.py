"""The suite in three processes at once: what each has of its own, and which tests stay together in one of them."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import execnet
import pytest
from xdist.scheduler import LoadScopeScheduling

from occicor.embedded.layout import Layout
from occicor.redis_address import address_after

# Folders whose tests share one running site. They take longest, so they begin first, one site in each process; and
# the site that people walk through is not the one that is broken meanwhile.
SITES = {"tests/journeys/": "walked through", "tests/embedded/": "broken", "tests/faults/": "broken"}
# Task broker and cache.
VALKEY_DATABASES = 2


def site_of(nodeid: str) -> str:
    """Which of the running sites a test needs; empty when it needs none."""
    return next((site for folder, site in SITES.items() if nodeid.startswith(folder)), "")


class BySite(LoadScopeScheduling):
    """Hands out whole files in the order of their collection, and all files of one site at once."""

    def _split_scope(self, nodeid: str) -> str:
        return site_of(nodeid) or nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySite:
    """Choose who does what, however the processes were asked for."""
    config.option.loadscopereorder = False
    return BySite(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: Sequence[execnet.XSpec]) -> None:
    """Give each process a folder and databases of Valkey of its own; pytest-django gives it a database of its own.

    They stand in its environment, so that every program which a test starts has them too.
    """
    for number, spec in enumerate(specs):
        if var := os.environ.get("VAR_DIR"):
            layout = Layout(Path(var) / str(spec.id))
            layout.make()
            layout.leave()
            spec.env["VAR_DIR"] = str(layout.var)
        if broker := os.environ.get("REDIS_URL"):
            spec.env["REDIS_URL"] = address_after(broker, number * VALKEY_DATABASES)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put first, in a run of several processes, what needs a running site."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not site_of(item.nodeid))
