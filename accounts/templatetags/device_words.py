"""Says which browser and system a session came from, and in which country, in words a person knows."""

from django import template

from accounts import devices, whereabouts

register = template.Library()


@register.filter
def device_in_words(user_agent: str) -> str:
    """`{{ session.user_agent|device_in_words }}` → "Firefox on Windows"; what is not known is said so."""
    return devices.in_words(*devices.family(user_agent))


@register.filter
def country_in_words(address: str) -> str:
    """`{{ session.ip|country_in_words }}` → "France"; "your own network", or that we do not know."""
    place = whereabouts.place_of(address)
    return whereabouts.in_words(place.country, place.network)
