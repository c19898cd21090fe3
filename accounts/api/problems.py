"""Which problem of the API each refusal of an account's services is."""

from accounts import errors
from privacy.addresses import LookAlike
from privacy.api.problems import Kind

REFUSALS: dict[type[Exception], Kind] = {
    errors.EnrolmentRefused: Kind.CONFLICT,
    errors.AttributesRefused: Kind.INVALID,
    errors.NicknameRefused: Kind.INVALID,
    LookAlike: Kind.INVALID,
}
