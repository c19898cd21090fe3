"""What is held so that the systems of Customers can ask the API: nothing about anybody."""

from privacy.data_map.declarations import nobody
from privacy.keys.registered import digests_in
from privacy.staging.registered import emptied_in_copies

nobody("accounts.ApiKey", because="keys of companies' systems: named by the company, each known by a digest only")

digests_in("accounts.ApiKey", "digest")
emptied_in_copies("accounts.ApiKey", because="it opens the API to a Customer's own systems")
