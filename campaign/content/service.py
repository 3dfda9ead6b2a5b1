"""Bring the tables to what a content file says: add the new, change what differs, leave alone what it is silent about.

All in the caller's transaction: a file is loaded whole or not at all. Nothing is ever deleted by loading.
"""

from sqlalchemy import ColumnElement, select, update

from campaign.audit.service import Thing
from campaign.campaigns.commands import SaveAgreement, SaveOrganization
from campaign.campaigns.models import Agreement, Campaign, Organization, Signatory
from campaign.campaigns.queries import find_agreement, find_organization
from campaign.content.campaigns import apply_campaign
from campaign.content.companies import apply_company
from campaign.content.loading import Loading
from campaign.content.references import check_references
from campaign.content.sections import Brought, parts_of, sections_of
from campaign.content.specs import Content
from campaign.kernel.actors import Power


def load(loading: Loading, content: Content, brought: Brought = ()) -> list[str]:
    """Apply `content`; what kinds of action brought is applied by them, sections last.

    Returns:
        What changed, one line each; empty where everything was so already.

    Raises:
        ContentError: it names something that does not exist, or wants something that cannot be changed any more.
        ForbiddenError: it says something of what the actor may not change: see `apply_campaign`, `apply_company`;
            agreements, and organizations that are not the actor's, are the operator's.

    Side effects: rows of organizations, agreements, companies, campaigns; paces of new mailboxes; letters held or let
    go where a status or a stance changed.
    """
    check_references(loading.session, content)
    for organization in content.organizations:
        _apply_organization(loading, organization.command)
    for agreement in content.agreements:
        _apply_agreement(loading, agreement.command)
    for company in content.companies:
        apply_company(loading, company.command)
    for campaign in content.campaigns:
        apply_campaign(loading, campaign, parts_of(brought))
    loading.session.flush()
    for section in sections_of(brought):
        for placed in content.more.get(section.name, ()):
            section.apply(loading, placed)
    return loading.changes.lines


def _apply_organization(loading: Loading, spec: SaveOrganization) -> None:
    label = f"organization {spec.slug}"
    row = find_organization(loading.session, spec.slug)
    if row is not None and loading.actor.acts_for(row.id):
        loading.actor.require(Power.ADMINISTER)
        changed = loading.changes.bring(label, row, spec.values)
        if changed:
            _touch(loading, Campaign.organization_id == row.id)
            loading.record("change", Thing("organization", row.public_id, row.id, changed=changed))
        return
    loading.actor.require_operator("add an organization")
    row = Organization(slug=spec.slug, **loading.marks, **spec.values)
    loading.session.add(row)
    loading.session.flush()
    loading.changes.say(label, "added")
    loading.record("add", Thing("organization", row.public_id, row.id))


def _apply_agreement(loading: Loading, spec: SaveAgreement) -> None:
    loading.actor.require_operator("change an agreement")
    label = f"agreement {spec.slug}"
    said = len(loading.changes.lines)
    values = dict(spec.values)
    row = find_agreement(loading.session, spec.slug)
    count = values.get("signatories_count")
    if count is not None and (row is None or row.signatories_count != count):
        # A count without a date says nothing: it is from the day the file says so.
        values.setdefault("signatories_as_of", loading.now.date())
    verb, changed = "change", set[str]()
    if row is None:
        verb = "add"
        row = Agreement(slug=spec.slug, **loading.marks, **values)
        loading.session.add(row)
        loading.session.flush()
        loading.changes.say(label, "added")
    else:
        changed |= loading.changes.bring(label, row, values)
    before = len(loading.changes.lines)
    _apply_signatories(loading, label, row, spec)
    if len(loading.changes.lines) > before:
        changed.add("signatories")
    if len(loading.changes.lines) > said:
        _touch(loading, Campaign.agreement_id == row.id)
        loading.record(verb, Thing("agreement", row.slug, changed=changed))


def _apply_signatories(loading: Loading, label: str, agreement: Agreement, spec: SaveAgreement) -> None:
    known = {
        row.name: row
        for row in loading.session.scalars(select(Signatory).where(Signatory.agreement_id == agreement.id))
    }
    for name, since in spec.signatories.items():
        row = known.get(name)
        if row is not None:
            loading.changes.bring(f"{label}, signatory {name}", row, {"since": since})
        else:
            loading.session.add(Signatory(agreement_id=agreement.id, name=name, since=since))
            loading.changes.say(label, f"signatory {name} added")


def _touch(loading: Loading, which: ColumnElement[bool]) -> None:
    """Note on campaigns that what their pages show of others has changed."""
    loading.session.execute(update(Campaign).where(which).values(updated_at=loading.now))
