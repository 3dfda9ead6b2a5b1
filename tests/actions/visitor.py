"""A visitor who signs, reads their mail and presses buttons, for tests of what people can do here.

Mails are composed as a worker would compose them, without a provider; links are pressed by the test client.
"""

import re
from dataclasses import dataclass

from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from campaign.actions.sealed import open_name
from campaign.delivery.topics import Mail, OutgoingMessage
from campaign.features import MAIL_TOPICS
from campaign.kernel.base import Base

PUBLIC_URL = "http://campaign.example"
OPEN, HIGH_SAFETY = "fair-food", "justice-for-shahidul"
PERSON = {
    "language": "en",
    "given_name": "Ana",
    "family_name": "Ruiz",
    "email": "ana@example.org",
    "postal_code": "34142",
    "country": "US",
}
_COMPOSERS = {topic.name: topic.compose for topic in MAIL_TOPICS}
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_LINK = re.compile(r"http://campaign\.example(/[^\s<\"']+)")


@dataclass(frozen=True)
class ReadMail:
    """A mail as its reader sees it, tags filled in."""

    topic: str
    to: str
    subject: str
    text: str
    html: str
    mail: Mail

    def link(self, room):
        """The path of the link that leads to a room: `confirm`, `not-me`, `my`."""
        found = [path for path in _LINK.findall(self.text) if path.startswith(f"/{room}/")]
        assert found, f"no link to {room} in {self.text}"
        return found[0]


class Visitor:
    """What anybody can do with a browser and a mailbox."""

    def __init__(self, client, sessions, installation):
        self.client, self.sessions, self.installation = client, sessions, installation
        self._read = {0}

    def sign(self, slug=OPEN, *, client=None, **values):
        """Post the pledge's form; `None` leaves a field out."""
        return self._post(f"/campaigns/{slug}/pledge", values, client)

    def write(self, slug=OPEN, *, client=None, **values):
        """Post the letter's form."""
        return self._post(f"/campaigns/{slug}/letter", {"personal": "Please sign.", **values}, client)

    def ask_for_my_link(self, email="ana@example.org", **values):
        """Post the form of `/my`; return the page that it leads to."""
        values = {"stamp": self.installation.stamp.make(), "email": email, "language": "en", **values}
        return self.client.post("/my", data=values, follow_redirects=True)

    def _post(self, address, values, client):
        form = {"stamp": self.installation.stamp.make(), **PERSON, **values}
        form = {name: value for name, value in form.items() if value is not None}
        return (client or self.client).post(address, data=form)

    def mails(self, lane="critical"):
        """Compose and read the messages of a lane that came since the last time and may go now."""
        with self.sessions() as session, session.begin():
            rows = session.execute(
                text(
                    "SELECT * FROM outbox_messages WHERE NOT id = ANY(:read) AND lane = :lane AND state = 'due' "
                    "AND available_at <= now() ORDER BY id"
                ),
                {"read": list(self._read), "lane": lane},
            ).all()
            made = [(row, *self._compose(session, row)) for row in rows]
        self._read |= {row.id for row in rows}
        return [_filled(row.topic, mail) for row, mail in made if isinstance(mail, Mail)]

    @staticmethod
    def _compose(session, row):
        message = OutgoingMessage(
            row.id, row.public_id, row.topic, row.action_id, row.person_id, row.campaign_id, row.payload
        )
        return _COMPOSERS[row.topic](session, [message])

    def last_link(self, room, email=None):
        """The path of the newest mailed link to a room."""
        mails = [mail for mail in self.mails() if email is None or mail.to == email]
        assert mails, "no mail came"
        return mails[-1].link(room)

    def confirm(self, path):
        """Press the button behind a mailed link."""
        return self.client.post(path)

    def press(self, path, page=None):
        """Read the page behind a link (or `page`, read before) and press its button, with all that its form holds."""
        page = self.client.get(path).text if page is None else page
        form = page.partition(f'action="{path}"')[2].partition("</form>")[0]
        assert form, f"no form leads to {path}"
        return self.client.post(path, data=MultiDict(_FIELD.findall(form)))

    def pledge(self, slug=OPEN, **values):
        """Sign and confirm; return the link that was pressed."""
        assert self.sign(slug, **values).status_code == 303
        path = self.last_link("confirm")
        assert self.confirm(path).status_code == 303
        return path

    def my_page(self, email="ana@example.org"):
        """Ask for one's own page; return its path."""
        assert self.ask_for_my_link(email).status_code == 200
        return self.last_link("my")

    # What is stored

    def all(self, statement, **values):
        """Rows of a statement."""
        with self.sessions() as session:
            return session.execute(text(statement), values).all()

    def one(self, statement, **values):
        """The one value of a statement."""
        with self.sessions() as session:
            return session.execute(text(statement), values).scalar_one()

    def named(self, name):
        """The actions, oldest first, that hold a given name or, sealed, a pseudonym."""
        return [row for row in self.all("SELECT * FROM actions ORDER BY id") if self.name_of(row) == name]

    def name_of(self, row):
        """The given name or, sealed, the pseudonym of a row with `given_name` and `signer_key`."""
        return open_name(self.installation, row.given_name, bytes(row.signer_key))

    def do(self, statement, **values):
        """Change something behind the service's back."""
        with self.sessions() as session, session.begin():
            session.execute(text(statement), values)

    def tally(self, slug=OPEN):
        """The count and the last number of a campaign."""
        row = self.all(
            "SELECT confirmed, last_number FROM campaign_tallies t JOIN campaigns c ON c.id = t.campaign_id "
            "WHERE slug = :slug",
            slug=slug,
        )[0]
        return row.confirmed, row.last_number

    def dump(self, *leave_out):
        """Everything stored, as text, by table."""
        with self.sessions() as session:
            return {
                table.name: session.scalars(text(f"SELECT t::text FROM {table.name} t ORDER BY 1")).all()
                for table in Base.metadata.sorted_tables
                if table.name not in leave_out
            }


def _filled(topic, mail):
    def put(part):
        for tag, value in sorted(mail.substitutions.items(), key=lambda item: -len(item[0])):
            part = part.replace(tag, value)
        return part

    content = mail.content
    return ReadMail(topic, mail.to_address, put(content.subject), put(content.text), put(content.html or ""), mail)
