"""Bring the tables to what a content file says: add the new, change what differs, leave alone what it is silent about.

All in the caller's transaction: a file is loaded whole or not at all. Nothing is ever deleted by loading.
"""

from campaign.campaigns.commands import SaveAgreement, SaveOrganization
from campaign.campaigns.saving import save_agreement, save_organization
from campaign.content.campaigns import apply_campaign
from campaign.content.companies import apply_company
from campaign.content.loading import Loading
from campaign.content.references import check_references
from campaign.content.sections import Brought, parts_of, sections_of
from campaign.content.specs import Content


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
        apply_company(loading, company)
    for campaign in content.campaigns:
        apply_campaign(loading, campaign, parts_of(brought))
    loading.session.flush()
    for section in sections_of(brought):
        for placed in content.more.get(section.name, ()):
            section.apply(loading, placed)
    return loading.lines


def _apply_organization(loading: Loading, spec: SaveOrganization) -> None:
    saved = save_organization(loading.session, loading.actor, spec, loading.edit, loading.marks)
    loading.tell(f"organization {spec.slug}", saved.differences)


def _apply_agreement(loading: Loading, spec: SaveAgreement) -> None:
    saved = save_agreement(loading.session, loading.actor, spec, loading.edit, loading.marks)
    loading.tell(f"agreement {spec.slug}", saved.differences, {"signatories": "signatory {name}"})
