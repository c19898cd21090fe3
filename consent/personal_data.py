"""What the catalogue of cookies holds about people: nothing, and why."""

from privacy.data_map.declarations import nobody

nobody("cookie_consent.CookieGroup", because="the purposes that cookies can have: the same list for everyone")
nobody("cookie_consent.Cookie", because="which cookies exist and for which purpose: the same list for everyone")
nobody(
    "cookie_consent.LogItem",
    because="a date and a yes or no with nothing that says whose it was; the site does not write to it either",
)
