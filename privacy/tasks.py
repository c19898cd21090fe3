"""Celery's door: each task takes an id, may run twice, and does no thinking."""

from uuid import UUID

from celery import shared_task

from privacy import heartbeats
from privacy.jobs import engine


@shared_task(name="privacy.run_job")
def run_job(job_id: str) -> None:
    """Run a job if it is due; the row decides, not the message."""
    engine.run(UUID(job_id))


@shared_task(name="privacy.ping")
def ping(nonce: str) -> None:
    """Show that broker and worker live."""
    heartbeats.beat(heartbeats.WORKER, {"nonce": nonce[:64]})
