"""Keeps servers, workers and the scheduler from coming up in production over a policy that says other than the code."""

import logging

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from privacy.policy.drift import HOW, differences

logger = logging.getLogger(__name__)


def refuse_drifted_start() -> None:
    """Raise ImproperlyConfigured where settings.POLICY_MUST_MATCH and the published policy says other than the code.

    Called when a server or a worker starts. What staff changed in a register meanwhile is only written to the log: it
    must not keep a site from coming up again at night. While the database is away nobody can look, and nothing is
    refused; the deployment's own check has looked before.
    """
    if not settings.POLICY_MUST_MATCH:
        return
    try:
        found = differences()
    except DatabaseError as error:
        logger.warning("the policy could not be compared: %s", type(error).__name__)
        return
    if found is None:
        raise ImproperlyConfigured(f"no version of the privacy policy is published. {HOW}")
    for difference in found:
        logger.warning("the published policy differs: %s", difference)
    if of_code := [str(difference) for difference in found if difference.of_code]:
        named = "\n".join(of_code)
        raise ImproperlyConfigured(f"the published privacy policy says other than the code does:\n{named}\n{HOW}")
