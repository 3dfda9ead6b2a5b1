"""The petition among what follows signing, as organizers word it."""

from flask_babel import lazy_gettext as _

CONFIRM_MAIL = _("Confirm a signature")
