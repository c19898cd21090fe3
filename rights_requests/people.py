"""Who stands behind a request to the site: the signed-in account and the actor that services are given."""

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from privacy.actors import Actor
from privacy.data_map.subject import Subject


def signed_in(request: HttpRequest) -> AbstractBaseUser:
    """The account that is signed in; raises PermissionDenied if there is none (views ask for sign-in before)."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def actor_of(user: AbstractBaseUser) -> Actor:
    """The account as data subject: labelled by a keyed digest, never by its id or address."""
    return Actor.subject(user.pk, Subject(user_id=user.pk).digest)
