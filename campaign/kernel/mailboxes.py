"""Where a mailbox is read in a browser, by the domain of its address, so that "look into your mail" is one press away.

Only domains that belong to one provider and to nobody else are here: behind any other domain may stand any mail
service, and a guess would send people to a page that knows nothing of them.

Source: the addresses under which the providers themselves offer their mail in a browser.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Webmail:
    """A provider's mail in the browser: what people call it, and its address."""

    name: str
    url: str


_GMAIL = Webmail("Gmail", "https://mail.google.com/")
_OUTLOOK = Webmail("Outlook", "https://outlook.live.com/mail/")
_YAHOO = Webmail("Yahoo Mail", "https://mail.yahoo.com/")
_ICLOUD = Webmail("iCloud Mail", "https://www.icloud.com/mail/")
_PROTON = Webmail("Proton Mail", "https://mail.proton.me/")
_AOL = Webmail("AOL Mail", "https://mail.aol.com/")

_BY_DOMAIN = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GMAIL),
    **dict.fromkeys(
        ("outlook.com", "outlook.es", "outlook.fr", "outlook.com.br", "hotmail.com", "hotmail.es"), _OUTLOOK
    ),
    **dict.fromkeys(("hotmail.fr", "hotmail.co.uk", "live.com", "live.com.mx", "live.com.ar", "msn.com"), _OUTLOOK),
    **dict.fromkeys(("yahoo.com", "yahoo.es", "yahoo.com.mx", "yahoo.com.ar", "yahoo.com.co", "yahoo.com.br"), _YAHOO),
    **dict.fromkeys(("yahoo.co.uk", "yahoo.fr", "yahoo.de", "yahoo.ca", "ymail.com", "rocketmail.com"), _YAHOO),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), _ICLOUD),
    **dict.fromkeys(("proton.me", "protonmail.com", "pm.me"), _PROTON),
    **dict.fromkeys(("aol.com", "aim.com"), _AOL),
    **dict.fromkeys(("gmx.net", "gmx.de", "gmx.at", "gmx.ch"), Webmail("GMX", "https://www.gmx.net/")),
    **dict.fromkeys(("gmx.com", "gmx.us", "gmx.es"), Webmail("GMX", "https://www.gmx.com/")),
    **dict.fromkeys(("yandex.com", "yandex.ru", "ya.ru"), Webmail("Yandex Mail", "https://mail.yandex.com/")),
    **dict.fromkeys(("fastmail.com", "fastmail.fm"), Webmail("Fastmail", "https://app.fastmail.com/")),
    **dict.fromkeys(("comcast.net", "xfinity.com"), Webmail("Xfinity", "https://connect.xfinity.com/appsuite/")),
    **dict.fromkeys(("libero.it", "inwind.it"), Webmail("Libero Mail", "https://mail.libero.it/")),
    "web.de": Webmail("WEB.DE", "https://web.de/"),
    "mail.com": Webmail("mail.com", "https://www.mail.com/"),
    "zoho.com": Webmail("Zoho Mail", "https://mail.zoho.com/"),
    "uol.com.br": Webmail("UOL Mail", "https://email.uol.com.br/"),
}


def webmail_of(address: str) -> Webmail | None:
    """Return where the mailbox of `address` is read in a browser; None where its domain does not tell."""
    return _BY_DOMAIN.get(address.rpartition("@")[2].lower())
