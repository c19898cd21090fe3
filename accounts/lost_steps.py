"""Taking away the second steps of somebody who lost them, app and recovery codes alike, so that they can begin anew."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation

from accounts import securing
from accounts.models import User
from privacy import audit
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.mail.language import spoken
from privacy.mail.queue import queue
from privacy.policy import seen
from privacy.vocabulary import Purpose

TEMPLATE = "accounts/second_step_removed"


@transaction.atomic
def take_away(*, actor: Actor, user_id: UUID) -> int:
    """Take every second step off an account and sign it out everywhere; returns how many went (promise P6.1).

    For whoever runs the site, after they made sure who asks: no page does this. The person is told by mail; the
    password stays. Idempotent: without a step nothing happens. Leaves an audit entry. Raises PermissionDenied for
    anyone but the system, and User.DoesNotExist when the account is gone.
    """
    if actor.kind != "system":
        raise PermissionDenied
    account = User.objects.select_for_update().get(pk=user_id)
    steps = Authenticator.objects.filter(user_id=user_id)
    last = steps.order_by("-pk").values_list("pk", flat=True).first()
    gone: int = steps.delete()[0]
    if last is None:
        return 0
    securing.end_sessions(user_id)
    with translation.override(spoken(seen.language_of(user_id))):
        # Named after the newest of the steps: should others be lost one day, that is another message.
        about = UUID(int=user_id.int ^ last)
        context = {"site_url": settings.SITE_URL}
        queue(to=account.email, template=TEMPLATE, context=context, about=about, purpose=Purpose.SECURITY)
    digest = Subject(user_id=user_id).digest
    audit.record(event="account.second_steps_removed", actor=actor, subject_digest=digest, data={"steps": gone})
    return gone
