"""The address of a bucket in one line, as the entries that settings.STORAGES wants for what is kept in it."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Each kind of file under a prefix of its own, named as privacy.files names it.
KINDS = ("packages", "evidence")
SCHEMES = {"s3": "https", "s3+http": "http"}
STYLES = ("path", "virtual")
OPTIONS = {"region", "style"}


def bucket_storages(url: str) -> dict[str, dict[str, Any]]:
    """Nothing for an empty address; else one entry a kind.

    `s3://KEY:SECRET@HOST[:PORT]/BUCKET[/PREFIX][?region=…&style=path|virtual]`; `s3+http://` without TLS. Without a
    host it is Amazon's of the region; without a key, boto3 looks for one as it always does. Raises ImproperlyConfigured
    for any other, and says nothing of what stands in it.
    """
    if not url:
        return {}
    parts = urlsplit(url)
    bucket, _, prefix = parts.path.strip("/").partition("/")
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    style = given.get("style", "path" if parts.hostname else "virtual")
    if parts.scheme not in SCHEMES or not bucket or given.keys() - OPTIONS or style not in STYLES:
        raise ImproperlyConfigured("PACKAGE_STORE_URL is not s3://KEY:SECRET@HOST/BUCKET?region=…&style=path|virtual")
    host = parts.netloc.rpartition("@")[2]
    options = {
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
        "bucket_name": bucket,
        "endpoint_url": f"{SCHEMES[parts.scheme]}://{host}" if host else None,
        "region_name": given.get("region", "us-east-1"),
        "addressing_style": style,
    }
    return {
        kind: {
            "BACKEND": "privacy.files.bucket.BucketStorage",
            "OPTIONS": options | {"location": "/".join(filter(None, (prefix, kind)))},
        }
        for kind in KINDS
    }
