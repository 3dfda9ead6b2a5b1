"""A wrong address, mended: what was typed goes through the same door again, under the right one.

The page after posting holds a form with everything that was typed (from the sealed visit_state, so from nowhere but the
visitor's own browser) and one box, the address. It posts to the kind's own door: limits, checks and the answer are
everybody's, and nothing about it depends on what is stored, so it tells nothing of either address.

The request under the wrong address is not deleted but left to expire, nobody is reminded of it, and the page behind its
link shows nothing of what was typed: its reader may be a stranger. It is known by the visit's token, which proves that
this visitor posted that address; it cannot prove that nobody else typed the same.
"""

import json
from dataclasses import replace

from campaign.actions.commands import TakeAction
from campaign.actions.doorstep import Doorstep
from campaign.actions.fields import ActionFields, to_command
from campaign.actions.posted import PostedForm
from campaign.actions.vouchers import VisitState, open_visit_state
from campaign.kernel.installation import Installation
from campaign.people.addresses import BadAddressError, parse_address
from campaign.people.sharedfields import typed_freely, values_of

MOST_CARRIED = 2200
"""Characters of JSON of what was typed freely that travel in an address; where they are more, comment and answers stay.

Sealed, they are a third more, and the rest of a visit's state takes some 600 bytes: below the 4,094 bytes that the
strictest server in front of us reads of a request's first line.

Source: gunicorn's `limit_request_line`, 4,094; nginx's `large_client_header_buffers`, 8 KB.
"""


def visit_state_of(kind: str, fields: ActionFields, command: TakeAction, posted: PostedForm) -> VisitState:
    """Return what a visit knows after posting: all that was typed, alike for known and new."""
    is_cut = len(json.dumps([*typed_freely(command), command.email_display])) > MOST_CARRIED
    carried = values_of(command) | ({"comment": "", "answers": ""} if is_cut else {})
    return VisitState(
        **carried,
        kind=kind,
        email=command.email_display,
        consent=fields.consent,
        via=posted.form.values.get("via", "")[:20],  # as it came: nothing may tell a code that is somebody's
        is_cut=is_cut,
    )


def find_mended(
    posted: PostedForm, fields: ActionFields, command: TakeAction, doorstep: Doorstep, installation: Installation
) -> tuple[bytes, bytes] | None:
    """Return signer's key and digest of the request that this one takes the place of; None where it takes none."""
    token = posted.form.values.get("mends", "")
    visit_state = open_visit_state(installation, token) if token else VisitState()
    if not visit_state.email or visit_state.outcome or visit_state.kind != command.kind or doorstep.is_high_safety:
        return None
    try:
        wrong = parse_address(visit_state.email)
    except BadAddressError:
        return None
    if wrong.canonical == command.email:
        return None
    before = to_command(
        replace(fields, address=wrong),
        doorstep,
        installation,
        posted.origin,
        kind=command.kind,
        is_counted=command.is_counted,
        wording_id=command.wording_id,
    )
    return before.signer_key, before.digest
