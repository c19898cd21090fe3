"""Which problem of the API each refusal of a request's services is."""

from privacy.api.problems import Kind
from rights_requests import errors

REFUSALS: dict[type[Exception], Kind] = {
    errors.RequestError: Kind.CONFLICT,
    errors.NotFound: Kind.NOT_FOUND,
    errors.NotAllowed: Kind.FORBIDDEN,
    errors.TooMany: Kind.TOO_MANY,
    errors.TooManyMessages: Kind.TOO_MANY,
    errors.TooManyFiles: Kind.CONFLICT,
    errors.WordsNeeded: Kind.INVALID,
    errors.FileGone: Kind.GONE,
    errors.FileBusy: Kind.TOO_MANY,
    errors.PackageGone: Kind.GONE,
    errors.PackageDamaged: Kind.BROKEN,
}
