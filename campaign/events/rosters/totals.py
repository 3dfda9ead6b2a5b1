"""The numbers at the head of a printed leg: people and what else there is; needs and helpers by kind. No names."""

from campaign.events.questions import QUESTIONS
from campaign.events.resources import EXTRAS, PLACE
from campaign.events.rosters.cells import Data
from campaign.events.rosters.parties import RosterLeg
from campaign.events.rosters.words import Words


def totals_of(leg: RosterLeg, words: Words) -> list[Data]:
    """Return the numbers of a leg, those of people first."""
    gettext = words.gettext
    titles = {PLACE: gettext("People"), **{extra.word: gettext(extra.column) for extra in EXTRAS}}
    totals = [_resource(leg, resource, title, words) for resource, title in titles.items() if leg.has(resource)]
    return [total(gettext("RSVPs"), leg.count(PLACE, "going").parties), *totals]


def answers_of(leg: RosterLeg, words: Words) -> list[Data]:
    """Return how many RSVPs need something, how many offer to help, and the like; what nobody said is left out."""
    answers = []
    for question in QUESTIONS:
        found = [(said, leg.count(question.name, word).parties) for word, said in question.listed_words.items()]
        totals = [total(words.gettext(said), parties) for said, parties in found if parties]
        if totals and question.counted:
            answers.append({"title": words.gettext(question.counted), "totals": totals})
    return answers


def total(title: str, value: object, detail: str = "") -> Data:
    """Return a number under its title."""
    return {"title": title, "value": str(value), "detail": detail}


def _resource(leg: RosterLeg, resource: str, title: str, words: Words) -> Data:
    gettext = words.gettext
    children = leg.count("children", "going").people if resource == PLACE else 0
    notes = {
        gettext("including children"): children,
        gettext("offered"): leg.count(resource, "offered").people,
        gettext("waiting"): leg.count(resource, "queued").people,
        gettext("unconfirmed"): leg.count(resource, "held").people,
    }
    going, capacity = leg.count(resource, "going").people, leg.capacities[resource]
    value = str(going) if capacity is None else f"{going} / {capacity}"
    return total(title, value, " · ".join(f"{number} {word}" for word, number in notes.items() if number))
