"""/metrics: what Prometheus reads, for whoever brings the token; for everybody else there is nothing here."""

from collections.abc import Iterator
from secrets import compare_digest

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from occicor.watching import figures, shared
from privacy import clock

BEARER = "Bearer "


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures of this moment. What cannot be read is missing and said to be; the answer itself never fails."""
    if not _may_read(request.headers.get("Authorization", "")):
        raise Http404
    registry = CollectorRegistry()
    if (folder := shared.folder()) is not None:
        MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call] # the library's has no types
    registry.register(Figures())
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry), content_type=content_type)


class Figures(Collector):
    """Reads the table, group by group, so that one which cannot be read does not take the others with it."""

    def collect(self) -> Iterator[Metric]:
        """Every figure as Prometheus writes it."""
        families: dict[str, GaugeMetricFamily] = {}
        for metric in figures.metrics():
            families[metric.name] = GaugeMetricFamily(metric.full_name, metric.says, labels=metric.labels)
        for group in figures.GROUPS:
            found = _read(group)
            families[figures.READ.name].add_metric((group.title,), float(found is not None))
            for name, values, value in found or ():
                families[name].add_metric(values, value)
        yield from families.values()


def _read(group: figures.Group) -> list[figures.Sample] | None:
    if not group.asks:
        return list(group.read(timezone.now()))
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(figures.MOST_MILLISECONDS)])
            return list(group.read(clock.now()))
    except (DatabaseError, InterfaceError):
        if not connection.in_atomic_block:
            connection.close()
        return None


def _may_read(authorization: str) -> bool:
    token: str = settings.METRICS_TOKEN
    brought = authorization.removeprefix(BEARER) if authorization.startswith(BEARER) else ""
    return bool(token) and compare_digest(brought.encode(), token.encode())


urlpatterns: list[URLPattern] = [path("metrics", metrics, name="metrics")]
