"""The words of rosters, in one language, without a request: headings, columns, answers, dates."""

from dataclasses import dataclass
from datetime import datetime

from campaign.events.questions import Question
from campaign.events.rosters.parties import Party
from campaign.kernel import moments
from campaign.kernel.catalogues import catalogue_of
from campaign.kernel.languages import language_of, primary


def isolated(text: str) -> str:
    """Return a text that runs as its first letter asks for, and lets what stands around it run as it did."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


@dataclass(frozen=True)
class Words:
    """What stands on a roster in `language`, one the interface speaks."""

    language: str

    def gettext(self, words: str) -> str:
        """Return words of ours in the roster's language."""
        return catalogue_of(self.language).gettext(words)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return language_of(self.language).direction

    def day(self, at: datetime) -> str:
        """Return a date, written out with its weekday."""
        return moments.full_day(at, self.language)

    def clock(self, at: datetime) -> str:
        """Return what a clock shows, as people of the language write it."""
        return moments.clock(at, self.language)

    def hours(self, starts_at: datetime, ends_at: datetime) -> str:
        """Return from when to when, and by which clocks."""
        return moments.in_zone(moments.hours(starts_at, ends_at, self.language), str(starts_at.tzinfo), self.language)

    def moment(self, at: datetime) -> str:
        """Return a date, short, and a time."""
        return moments.in_zone(moments.moment(at, self.language), str(at.tzinfo), self.language)

    def spoken(self, codes: tuple[str, ...]) -> str:
        """Return the names of languages."""
        names = moments.locale_of(self.language).languages
        return ", ".join(names.get(primary(code), code) for code in codes)

    def state(self, name: str) -> str:
        """Return where a party stands."""
        gettext = self.gettext
        return {"going": gettext("going"), "offered": gettext("offered"), "queued": gettext("waiting")}[name]

    def answer(self, question: Question, party: Party) -> str:
        """Return what a party answered; empty for nothing."""
        if question.are_languages:
            return self.spoken(party.chose(question))
        if not question.choices:
            return party.said(question)
        return ", ".join(self.gettext(question.listed_words[word]) for word in party.chose(question))

    def whose(self, need: str) -> str:
        """Return who gets the sheet of a need, and nobody else."""
        gettext = self.gettext
        return {
            "wheelchair": gettext("For drivers and medics only."),
            "sign-language": gettext("For interpreters only."),
            "diet": gettext("For the cooks only."),
        }[need]
