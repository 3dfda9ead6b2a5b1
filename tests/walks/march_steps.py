"""Steps of who comes to a march, by a phone's browser; each leaves the traveller on the page that it led to."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from icalendar import Calendar

from tests.walks.curl import read
from tests.walks.march_words import MARCH_WORDS
from tests.walks.stand_in import link_in, until
from tests.walks.steps import own_link
from tests.walks.tongues import foreign_in, foreign_on, without_own_words
from tests.walks.traveller import Traveller

FORM = "form[data-action-kind=rsvp]"
SUBMIT = f"{FORM} button:not([type=button])"


@dataclass
class Marcher:
    """Somebody with a phone who wants to come to `slug`. `link`: the mailed one that confirms. `own_url`: the page of
    their RSVP, once they were there."""

    me: Traveller
    slug: str
    given_name: str
    family_name: str
    address: str
    own_url: str = ""
    link: str = ""
    days: list[str] = field(default_factory=list)
    """The public ids of the legs, as the form has them."""

    def say(self, name: str, **values: object) -> str:
        """Return what stands for `name` in one's language."""
        return MARCH_WORDS[self.me.language][name].format(**values)

    @property
    def text(self) -> str:
        """What the page says, without what is around it."""
        return self.me.page.locator("main").inner_text()

    def look(self) -> None:
        """See that the page is in one's language, and runs the way that it is written."""
        html = self.me.page.locator("html")
        assert html.get_attribute("dir") == ("rtl" if self.me.language == "ur" else "ltr"), self.me.page.url
        foreign = foreign_on(self.me.page, self.me.language)
        assert not foreign, (self.me.page.url, foreign)

    def go(self, url: str) -> None:
        """Open a page, and look it over."""
        self.me.go(url)
        self.look()

    def press(self, selector: str) -> None:
        """Press what leads to another page, look that over, and send the same again: the answer must be the same."""
        sent: list[Any] = []
        self.me.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
        self.me.press(selector)
        self.look()
        assert len(sent) == 1
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        again = self.me.context.request.post(sent[0].url, data=sent[0].post_data_buffer, headers=kind)
        assert again.status == 200
        heading = read(again.text()).heading
        assert heading in (" ".join(self.me.heading().split()), self.say("already")), heading

    def ask(self, *days: int, guests: int) -> None:
        """From the event's form, filled in, to "look into your mail"."""
        page = self.me.page
        page.locator(f"{FORM} [name=part][value=days]").check()
        for day in days:
            page.locator(f"#field-legs-{day}").check()
        page.locator("#field-guests").fill(str(guests))
        self.me.fill(given_name=self.given_name, family_name=self.family_name, email=self.address, postal_code="34142")
        self.press(SUBMIT)
        assert self.me.heading() == self.say("look_into_mail")
        assert self.address in self.text

    def mail(self, subject: str) -> dict[str, Any]:
        """Wait for the one mail whose subject says so after the event; it must be in one's language, in both its parts."""

        def found() -> list[dict[str, Any]]:
            return [mail for mail in self.me.mailbox.to(self.address) if mail["subject"].endswith(f": {subject}")]

        (mail,) = until(found, f"a mail to {self.address}: {subject}")
        foreign = foreign_in(without_own_words(mail["text"]).splitlines(), self.me.language)
        assert not foreign, (subject, foreign)
        self.me.page.goto(f"{self.me.mailbox.page_of(mail)}/html")
        self.look()
        return mail

    def open_confirmation(self) -> None:
        """Follow the mail to the page that asks to confirm; twice, which does nothing."""
        mail = self.mail(self.say("asks_to_confirm"))
        assert self.given_name in mail["text"].splitlines()[0]
        self.link = link_in(mail, "confirm")  # it leaves the address bar
        for _ in range(2):
            self.go(self.link)
            assert self.me.heading() == self.say("confirm")

    def confirm(self) -> None:
        """Press the button, on the page that says what one would have; the one it leads to opens no other."""
        self.press("main form button")
        assert self.me.page.locator("main a[href*='/rsvp/']").count() == 0, "its address can be copied"
        self.own_url = own_link(self.link)

    def open_receipt(self) -> None:
        """Read the mail that tells what one has; its link leads to one's own page, beside the calendar's."""
        links = [link for link in self.mail(self.say("receipt"))["links"] if "/rsvp/" in link]
        self.own_url = min(links, key=len)
        assert set(links) == {self.own_url, f"{self.own_url}.ics"}
        self.open_own()

    def open_own(self) -> None:
        """Go to one's own page."""
        self.go(self.own_url)
        assert self.me.heading() == self.say("mine")

    def states(self) -> dict[int, str]:
        """Return what one's own page, or any that lists one's days, says of each: by day of the march."""
        legs = self.me.page.locator(".own-leg")
        found = {}
        for leg in legs.all():
            begins = leg.locator("time").first.get_attribute("datetime")
            found[self.days.index(begins[:10]) + 1] = leg.locator(".own-leg__state").inner_text()
        return found

    def read_days(self) -> None:
        """Note the dates of the march's days, from its timetable."""
        times = self.me.page.locator(".leg__day time").all()
        self.days = [time.get_attribute("datetime")[:10] for time in times]
        assert len(self.days) == 5

    def calendar(self) -> dict[int, Any]:
        """Put one's days into the calendar; return its entries by day of the march."""
        with self.me.page.expect_download() as download:
            self.me.page.locator("a[href$='.ics']").click()
        assert download.value.suggested_filename == f"{self.slug}.ics"
        calendar = Calendar.from_ical(Path(download.value.path()).read_bytes())
        zones = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
        entries = {self.days.index(str(entry["DTSTART"].dt.date())) + 1: entry for entry in calendar.walk("VEVENT")}
        assert zones == ["America/New_York"]
        assert all(str(entry["DTSTART"].dt.tzinfo) == zones[0] for entry in entries.values())
        assert all(str(entry["URL"]).endswith(f"/events/{self.slug}") for entry in entries.values()), (
            "calendars are shared"
        )
        return entries

    def change(self, *, drop: int, add: int, guests: dict[int, int]) -> None:
        """Give a day up, take another, and bring others along."""
        page = self.me.page
        page.locator(f"#field-legs-{drop}").uncheck()
        page.locator(f"#field-legs-{add}").check()
        for day, number in guests.items():
            key = page.locator(f"#field-legs-{day}").get_attribute("value")
            page.locator(f"[name='guests-{key}']").fill(str(number))
        self.press("button[value=change]")
        if self.me.page.locator("main .own-losses").count():  # it gives something up, so it is asked about
            assert self.me.heading() == self.say("asks_change")
            self.press("button[value=change]")
