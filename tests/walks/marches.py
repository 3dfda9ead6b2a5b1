"""A march for each journey that walks one: the demonstration's five days, with so few places that people wait."""

from copy import deepcopy
from typing import Any

MARCHES = ("script-en", "plain-es", "script-ur", "curl-en", "asks")
"""Journeys that walk a march. Each has one of its own, so that nobody else takes its places."""

FULL_DAY, FULL_PLACES = 3, 3
"""The day that fills up, and how many it has room for."""

_URDU = {
    "campaign": {
        "title": "کروگر، پبلکس، وینڈیز: فیئر فوڈ پروگرام میں شامل ہوں",
        "demand": "جو مزدور آپ کے ٹماٹر چنتے ہیں اُن کے ساتھ فیئر فوڈ کا پابند معاہدہ کریں۔",
    },
    "title": "نئی دنیا بنانے کے لیے مارچ",
    "summary": "پانچ دن، 45 میل، پاہوکی کے کھیتوں سے پام بیچ تک۔ ایک دن چلیں، سب دن چلیں، یا اختتام پر آئیں۔",
    "legs": (
        "پاہوکی سے بیل گلیڈ",
        "بیل گلیڈ سے ٹوئنٹی مائل بینڈ",
        "ٹوئنٹی مائل بینڈ سے لوکساہاچی",
        "لوکساہاچی سے ویسٹ پام بیچ",
        "پام بیچ میں اختتام",
    ),
}


def speak_urdu(campaign: dict[str, Any]) -> dict[str, Any]:
    """Return a campaign with its title and demand in Urdu, too, so that its mails are in one language."""
    return {**campaign, **{name: {**campaign[name], "ur": words} for name, words in _URDU["campaign"].items()}}


def march_of(journey: str) -> str:
    """Return the slug of a journey's march."""
    return f"march-{journey}"


def marches(model: dict[str, Any], campaign: str) -> list[dict[str, Any]]:
    """Return the marches as a content file has them, after the demonstration's; all of one campaign."""
    march = deepcopy(model)
    march["campaign"] = campaign
    for name in ("title", "summary"):
        march[name]["ur"] = _URDU[name]
    for leg, title in zip(march["legs"], _URDU["legs"], strict=True):
        leg["title"]["ur"] = title
    march["legs"][FULL_DAY - 1]["capacity"] = FULL_PLACES
    return [{**march, "slug": march_of(journey)} for journey in MARCHES]
