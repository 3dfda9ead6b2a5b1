"""From one step of a visit to the next: the redirect after posting, and after confirming."""

from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

from campaign.actions.vouchers import VisitState, seal_visit_state
from campaign.kernel.installation import Installation
from campaign.kernel.localized import path_of
from campaign.kernel.pagekey import Parameter

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


AFTER = Parameter("after", "signing", is_kept=False)
"""Asks for a campaign's page as it is at this moment: who comes from their number finds it in the count."""


class _SeeOther(Response):
    """A 303 without a body. Its address is plain ASCII by make, so it goes out as it is."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:  # noqa: ARG002 - werkzeug's
        """Return the headers; werkzeug would parse and quote the address once more for each of thousands of signers."""
        return self.headers


def lead_to_thanks(installation: Installation, slug: str, visit_state: VisitState) -> Response:
    """Return the redirect to a campaign's thanks page, which is told `visit_state` by a sealed token."""
    address = f"{path_of('actions.thanks', slug=slug)}?t={seal_visit_state(installation, visit_state)}"
    return _SeeOther(status=303, headers=(("Location", address), ("Content-Length", "0")))
