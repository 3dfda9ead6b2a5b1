"""The doors of the organizers' side, all below `/organize`.

An organization's pages are below `/organize/<organization>/`: where one is stands in the address, so that two tabs of
two organizations never meet.
"""

from collections.abc import Sequence

from flask import Blueprint, Flask

from campaign.accounts.web.guards import csrf_token, here
from campaign.accounts.web.uploads import init_uploads
from campaign.actions.kind import ActionKind
from campaign.organize.ages import ago
from campaign.organize.moved import init_moved
from campaign.organize.places import nearest_of, places_of
from campaign.organize.problem_words import say_problem
from campaign.organize.rooms import KINDS_KEY, rooms_of
from campaign.organize.views.account import add_account
from campaign.organize.views.addresses import add_addresses
from campaign.organize.views.after import add_after
from campaign.organize.views.agreements import add_agreements
from campaign.organize.views.campaign import add_campaign
from campaign.organize.views.codes import add_codes
from campaign.organize.views.companies import add_companies
from campaign.organize.views.company_files import add_company_files
from campaign.organize.views.creating import add_creating
from campaign.organize.views.documents import add_documents
from campaign.organize.views.finding import add_finding
from campaign.organize.views.form import add_form
from campaign.organize.views.home import add_home
from campaign.organize.views.inviting import add_inviting
from campaign.organize.views.log import add_log
from campaign.organize.views.look import add_look
from campaign.organize.views.passkey_door import add_passkey_door
from campaign.organize.views.passkeys import add_passkeys
from campaign.organize.views.pictures import add_pictures
from campaign.organize.views.proposals import add_proposals
from campaign.organize.views.proving import add_proving
from campaign.organize.views.settings import add_settings
from campaign.organize.views.signatory_files import add_signatory_files
from campaign.organize.views.signing_in import add_signing_in
from campaign.organize.views.stances import add_stances
from campaign.organize.views.status import add_status
from campaign.organize.views.team import add_team
from campaign.organize.views.texts import add_texts
from campaign.organize.views.trying import add_trying
from campaign.organize.views.updates import add_updates
from campaign.organize.views.versions import add_versions
from campaign.organize.views.victory import add_victory
from campaign.organize.views.whom import add_whom


def init_organize(app: Flask, kinds: Sequence[ActionKind]) -> None:
    """Give `app` the organizers' side, with what `kinds` bring to it beside their own doors."""
    app.extensions[KINDS_KEY] = tuple(kinds)
    app.jinja_env.globals.update(
        csrf_token=csrf_token, here=here, organize_places=places_of, organize_rooms=rooms_of, nearest_of=nearest_of
    )
    app.jinja_env.filters["ago"] = ago
    init_uploads(app)
    init_moved(app)
    app.jinja_env.globals.update(say_problem=say_problem)
    blueprint = Blueprint("organize", __name__, url_prefix="/organize")
    for add in (add_signing_in, add_passkey_door, add_proving, add_account, add_passkeys, add_codes):
        add(blueprint)
    add_home(blueprint)
    add_creating(blueprint)
    add_campaign(blueprint)
    add_addresses(blueprint)
    for add_room in (add_companies, add_company_files, add_agreements, add_signatory_files):
        add_room(blueprint)
    add_proposals(blueprint)
    for add_room in (add_pictures, add_documents, add_look):
        add_room(blueprint)
    add_status(blueprint)
    add_victory(blueprint)
    add_stances(blueprint)
    add_updates(blueprint)
    add_form(blueprint)
    for add in (add_team, add_inviting, add_log, add_settings):
        add(blueprint)
    add_whom(blueprint)
    add_finding(blueprint)
    add_texts(blueprint)
    add_after(blueprint)
    add_trying(blueprint)
    add_versions(blueprint)
    app.register_blueprint(blueprint)
