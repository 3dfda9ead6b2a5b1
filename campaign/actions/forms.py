"""The form of an action as its page shows it, with what was typed before and what was wrong with it.

The rules are in `campaign.actions.fields`; nothing is checked here. What is wrong comes as problems, and gets its words
here.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Self

from flask import request
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field

from campaign.actions.fields import DEFAULT_COUNTRY, is_ticked
from campaign.actions.following import followed_source
from campaign.actions.problem_words import WORDS, ProblemWords, say_problem
from campaign.actions.questions.asked import PREFIX, AskedQuestion, ShownQuestion
from campaign.actions.sharecodes import seemly_code
from campaign.kernel.countries import list_countries
from campaign.kernel.formdata import FormData
from campaign.kernel.installation import Installation
from campaign.kernel.keeping import is_kept_page
from campaign.kernel.localized import current_language
from campaign.kernel.problems import Problem

if TYPE_CHECKING:
    from campaign.actions.visits import Known

_UNSEEN = ("stamp", "source", "language")
"""Boxes nobody sees. What is wrong with them, or with the form as a whole, is said under the first of them."""


class StrictCheckbox(Field):  # type: ignore[misc]
    """A checkbox that is ticked only by a value that says yes. Never ticked by itself."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was posted."""
        self.data = bool(valuelist) and is_ticked(valuelist[0])

    def process_data(self, value: object) -> None:
        """Read what the page prefills."""
        self.data = bool(value)


class ActionForm(FlaskForm):  # type: ignore[misc]
    """What every kind asks. Kinds add their fields."""

    class Meta:
        """No session token: these doors have no cookies and are guarded by the signed minute."""

        csrf = False

        def get_translations(self, _form: object) -> None:
            """Leave WTForms' own messages alone: every word here is ours, and its catalogue is read for each form."""

    stamp = HiddenField()
    language = HiddenField()
    source = HiddenField()
    via = HiddenField()
    mends = HiddenField()
    given_name = StringField(lazy_gettext("First name"))
    family_name = StringField(lazy_gettext("Last name"))
    email = EmailField(lazy_gettext("Email"))
    country = SelectField(lazy_gettext("Country"), default=DEFAULT_COUNTRY, validate_choice=False)
    postal_code = StringField(lazy_gettext("ZIP or postal code"))
    comment = TextAreaField(lazy_gettext("Why are you signing?"))
    consent = StrictCheckbox()
    show_name = StrictCheckbox(lazy_gettext("Show my first name and town on this page"))
    show_comment = StrictCheckbox(lazy_gettext("Show my words with my first name and town"))
    fax_number = StringField()

    words: ClassVar[ProblemWords] = WORDS
    """What is said of each problem; kinds add the words of their own fields."""

    known: "Known | None" = None
    """Who fills it in, where the visit knows it."""

    questions: Sequence[ShownQuestion] = ()
    """What the campaign asks of its own."""

    answered: Mapping[str, Sequence[str]] = MappingProxyType({})
    """What was answered, by box."""

    answer_errors: Mapping[str, str] = MappingProxyType({})
    """What is wrong with that, by box."""

    @classmethod
    def empty(cls) -> Self:
        """Return the form as it is first met."""
        return cls(formdata=None)

    @classmethod
    def refilled(cls, posted: FormData, problems: Iterable[Problem] = ()) -> Self:
        """Return the form with what was typed, and what is wrong with it beside its boxes."""
        form = cls(formdata=MultiDict(posted.pairs))
        form.answered = {name: values for name, values in posted.lists.items() if name.startswith(PREFIX)}
        form.answer_errors = {}
        form.tell(problems)
        return form

    @property
    def first_errors(self) -> dict[str, str]:
        """What is wrong, one sentence a field; what belongs to no field that is seen is under ""."""
        of_fields = {"" if name in _UNSEEN else name: sentences[0] for name, sentences in self.errors.items()}
        return {**of_fields, **self.answer_errors}

    def tell(self, problems: Iterable[Problem]) -> None:
        """Take on what is wrong, in the words of the page's language."""
        for problem in problems:
            name = str(problem.field[0]) if problem.field else ""
            if name.startswith(PREFIX):
                self.answer_errors = {**self.answer_errors, name: say_problem(problem, self.words)}
                continue
            self.put_error(_UNSEEN[0] if not name or name in _UNSEEN else name, say_problem(problem, self.words))

    def put_error(self, name: str, sentence: str) -> None:
        """Put a sentence beside a field's box, behind those that are there."""
        self[name].errors = [*self[name].errors, sentence]

    def ask(self, questions: Iterable[AskedQuestion], languages: Sequence[str]) -> None:
        """Ask what a campaign that has `languages` asks of its own."""
        self.questions = [question.shown(current_language(), languages) for question in questions]

    def make_ready(self, installation: Installation) -> None:
        """Give it what every page that shows it needs.

        That is this minute's stamp, the countries in its language, and who shared the page: by the form as it was
        posted, else by the address the visitor came by. So is what link they followed; a page that is kept for
        everybody knows of none.
        """
        self.stamp.data = installation.stamp.make()
        self.country.choices = list(list_countries(current_language()))
        self.via.data = seemly_code(self.via.data or request.args.get("via"))
        if not self.source.data and not is_kept_page():
            self.source.data = followed_source(request, installation.settings.public_url)


def in_order_of(errors: Mapping[str, str], page: str) -> dict[str, str]:
    """Return what is wrong, one sentence a field, in the order in which `page` has the fields; the form's own first."""

    def place(name: str) -> int:
        at = page.find(f'id="field-{name}"')
        return at if at >= 0 or not name else len(page)

    return {name: errors[name] for name in sorted(errors, key=place)}
