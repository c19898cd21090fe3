"""Every figure in words: the page docs/reference/metrics.md, made from the tables that /metrics is made from."""

from collections.abc import Iterator

from occicor.watching import figures, http_counts
from occicor.watching.metric import Metric

BEGINNING = """# The figures that the site tells

What `/metrics` answers to whoever brings `METRICS_TOKEN` ([how](../how-to/watch-the-site.md)). All are gauges, but for
the two of answers to requests, a counter and a histogram. This page is made from the tables of `occicor/watching`:
`REWRITE=1 make test ARGS="tests/occicor/test_metrics.py"` renews it.

Labels are words of ours: names of routes, rights, states, kinds, chores. None is an address, an id or anybody's word.
"""


def as_markdown() -> str:
    """The page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield BEGINNING
    for group in figures.GROUPS:
        yield from _table(group.title, group.metrics)
    yield from _table("Answers to requests, of this web server", http_counts.METRICS)
    yield from _table("Whether all of this could be read", (figures.READ,))


def _table(title: str, metrics: tuple[Metric, ...]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| name | labels | what it says |"
    yield "|---|---|---|"
    for metric in metrics:
        labels = ", ".join(f"`{label}`" for label in metric.labels) or "–"
        yield f"| `{metric.full_name}` | {labels} | {metric.says} |"
    yield ""
