"""Save what was typed of a campaign's texts: merged with what others saved meanwhile, checked, written down."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.actions.queries import has_actions
from campaign.campaigns.histories import CAMPAIGN
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_count, get_own_campaign_by_slug
from campaign.campaigns.saving import save_campaign
from campaign.content.specs import LoadCampaign
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.text import fault_of
from campaign.organize.texts.boxes import OWN, Group, groups_of
from campaign.organize.texts.given import Told, check_sheet
from campaign.organize.texts.merging import Conflict, merge
from campaign.organize.texts.sheets import Columns, Sheet, columns_at, keys_of, read_columns, settle, sheet_of
from campaign.revisions.histories import get_history
from campaign.revisions.models import Revision
from campaign.revisions.service import Edit, lock

REASON_FROM = 25
"""From so many signatures on a changed demand needs a reason: people signed the one before."""

REASON = "reason"
_REASON_LENGTH = 500


@dataclass(frozen=True)
class Which:
    """Whose texts: a campaign's, by its slug, with what `kinds` bring to it."""

    slug: str
    kinds: Sequence[ActionKind]


@dataclass(frozen=True)
class Typed:
    """What came with a form.

    Args:
        base: number of the revision that the form was made from.
        sheet: what was typed, in the languages that the form had.
        reason: why the demand changes.
        choices: what was chosen where two had changed the same (`merging`).
        asked: what was to be chosen.
    """

    base: int
    sheet: Sheet
    reason: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    asked: Collection[str] = ()


@dataclass(frozen=True)
class Texts:
    """All that is edited of a campaign: what is stored, its number, and how it came about, oldest first."""

    campaign: Campaign
    groups: Sequence[Group]
    columns: Columns
    sheet: Sheet
    number: int
    revisions: Sequence[Revision]

    def at(self, number: int) -> Sheet:
        """Return what was stored once revision `number` was made."""
        return sheet_of(columns_at(self.columns, self.revisions, number), self.groups)


@dataclass(frozen=True)
class Outcome:
    """What became of it. Nothing was stored where there are `problems` or `conflicts`; `sheet` has what was typed then.

    `number`: of the revision that `sheet` is of, or was merged with.
    """

    sheet: Sheet
    number: int
    problems: Told = ()
    conflicts: tuple[Conflict, ...] = ()
    has_changed: bool = False

    @property
    def is_saved(self) -> bool:
        """Whether what was typed is stored."""
        return not self.problems and not self.conflicts


def read_texts(session: Session, actor: Actor, which: Which) -> Texts:
    """Return all that is edited of a campaign of the actor's; raise `NotFoundError`."""
    campaign = get_own_campaign_by_slug(session, actor, which.slug)
    groups = groups_of(campaign, which.kinds)
    columns = read_columns(session, campaign, groups)
    revisions = get_history(session, actor, CAMPAIGN, campaign.slug).revisions
    number = revisions[-1].number if revisions else 0
    return Texts(campaign, groups, columns, sheet_of(columns, groups), number, revisions)


def save_texts(session: Session, actor: Actor, which: Which, typed: Typed, edit: Edit) -> Outcome:
    """Bring a campaign to what was typed, and to what others saved since the form was made.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.

    Side effects: nothing where something is wrong, or both changed the same and nobody chose; else the campaign, its
    kinds' texts, the audit log and one revision.
    """
    actor.require(Power.PUBLISH)
    lock(session, get_own_campaign_by_slug(session, actor, which.slug))
    stored = read_texts(session, actor, which)
    base = stored.at(typed.base) if typed.base < stored.number else stored.sheet
    merged = merge(base, typed.sheet, stored.sheet, typed.choices, typed.asked)
    if merged.conflicts:
        return Outcome(merged.sheet, stored.number, conflicts=merged.conflicts)
    return bring(session, actor, stored, replace(typed, sheet=merged.sheet), edit)


def restore(
    session: Session,
    actor: Actor,
    which: Which,
    number: int,
    edit: Edit,
    *,
    key: str = "",
    reason: str = "",
) -> Outcome:
    """Bring a campaign's texts to what they were once revision `number` was made; `key`: one box alone.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
    """
    actor.require(Power.PUBLISH)
    lock(session, get_own_campaign_by_slug(session, actor, which.slug))
    stored = read_texts(session, actor, which)
    before = stored.at(number)
    sheet = before
    if key:
        sheet = replace(stored.sheet, texts={**stored.sheet.texts, key: before.get(key)})
    return bring(session, actor, stored, Typed(stored.number, sheet, reason), edit)


def remove_language(session: Session, actor: Actor, which: Which, language: str, edit: Edit) -> Outcome:
    """Take a language and all texts in it from a campaign; its own language stays.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
    """
    actor.require(Power.PUBLISH)
    lock(session, get_own_campaign_by_slug(session, actor, which.slug))
    stored = read_texts(session, actor, which)
    sheet = stored.sheet
    if language in sheet.languages[1:]:
        texts = {key: text for key, text in sheet.texts.items() if not key.endswith(f".{language}")}
        sheet = Sheet(tuple(tag for tag in sheet.languages if tag != language), texts)
    return bring(session, actor, stored, Typed(stored.number, sheet), edit)


def bring(session: Session, actor: Actor, stored: Texts, typed: Typed, edit: Edit) -> Outcome:
    """Bring a campaign that is locked to a sheet, if it is right; a demand that changes may need a reason."""
    campaign, sheet, reason = stored.campaign, typed.sheet, settle(typed.reason)
    command, problems = check_sheet(campaign, sheet, stored.groups)
    if needs_reason(session, stored, sheet):
        problems = [*problems, *_check_reason(reason)]
    if command is None or problems:
        return Outcome(sheet, stored.number, problems)
    has_changed = _differ(stored.sheet, sheet, stored.groups)
    if has_changed:
        try:
            _save(session, actor, stored, command, edit)
        except RefusedError as error:
            return Outcome(sheet, stored.number, [(".".join(map(str, error.problem.field)), error.problem)])
        if reason:
            edit.keep(session, actor, ("campaign", campaign.id), [], about={REASON: reason})
    return Outcome(sheet, stored.number, has_changed=has_changed)


def _check_reason(reason: str) -> Told:
    fault = fault_of(reason, _REASON_LENGTH, one_line=False)
    if fault is None:
        return []
    code = "reason_needed" if fault == "empty" else fault
    return [(REASON, Problem((REASON,), code, {"most": _REASON_LENGTH}))]


def _save(session: Session, actor: Actor, stored: Texts, command: LoadCampaign, edit: Edit) -> None:
    save_campaign(session, actor, command.save, edit, has_actions=has_actions)
    for group in stored.groups:
        if group.part is not None and group.name in command.parts:
            group.part.save(session, actor, stored.campaign, command.parts[group.name], edit)


def needs_reason(session: Session, stored: Texts, sheet: Sheet) -> bool:
    """Whether a sheet changes a demand that people signed already, in a language that stays."""
    demand = next(box for box in stored.groups[0].boxes if box.name == "demand")
    changed = [
        tag
        for tag in set(sheet.languages) & set(stored.sheet.languages)
        if sheet.get(stored.groups[0].key(demand, tag)) != stored.sheet.get(stored.groups[0].key(demand, tag))
    ]
    return bool(changed) and get_count(session, stored.campaign).confirmed >= REASON_FROM


def _differ(stored: Sheet, sheet: Sheet, groups: Sequence[Group]) -> bool:
    keys = keys_of(groups, {*stored.languages, *sheet.languages})
    return stored.languages != sheet.languages or any(stored.get(key) != sheet.get(key) for key in keys)


def freshness(texts: Texts) -> Mapping[str, str]:
    """Return what is to be said of texts beside the campaign's own language: ``missing`` or ``older``, by key.

    A text is older where its source was changed after it was.
    """
    changed = _last_changes(texts)
    own, *others = texts.sheet.languages
    found = {}
    for group in texts.groups:
        for box in group.boxes:
            source = group.key(box, own)
            for key in (group.key(box, tag) for tag in others) if texts.sheet.get(source) else ():
                if not texts.sheet.get(key):
                    found[key] = "missing"
                elif changed.get(source, 0) > changed.get(key, 0):
                    found[key] = "older"
    return found


def _last_changes(texts: Texts) -> Mapping[str, int]:
    """Return by key the number of the revision that changed a text last."""
    known = {(group.name, box.name): (group, box) for group in texts.groups for box in group.boxes}
    changed: dict[str, int] = {}
    for revision in texts.revisions:
        for change in revision.changes:
            for column, pair in change.get("values", {}).items():
                if (change.get("part", OWN), column) not in known or pair is None:
                    continue
                group, box = known[change.get("part", OWN), column]
                before, after = pair[0] or {}, pair[1] or {}
                tags = [tag for tag in before.keys() | after.keys() if before.get(tag) != after.get(tag)]
                changed |= {group.key(box, tag): revision.number for tag in tags}
    return changed
