"""Who signed a webhook request, and when: SendGrid's helper, wrapped so that bad input is an answer and not a crash.

The helper checks no freshness, raises on bad base64 and takes the body as text. SendGrid retries for 24 hours, hence
25 hours of age; a replay within that time is stopped by `sg_event_id`.

Source: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

import binascii
from datetime import datetime, timedelta

from sendgrid.helpers.eventwebhook import EventWebhook

MAX_AGE = timedelta(hours=25)
MAX_AHEAD = timedelta(minutes=5)

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"


class SignatureError(Exception):
    """The request is not one SendGrid made just now; the message says why, in a word."""


class SignatureVerifier:
    """Checks requests against one public key (base64 DER, as SendGrid shows it)."""

    def __init__(self, public_key: str) -> None:
        try:
            self._webhook = EventWebhook(public_key)
        except ValueError as error:
            raise SignatureError("SENDGRID_WEBHOOK_PUBLIC_KEY is not a public key") from error

    def check(self, body: bytes, signature: str, timestamp: str, now: datetime) -> None:
        """Return for a request signed within the last 25 hours.

        Raises:
            SignatureError: for any other.
        """
        if not signature or not timestamp:
            raise SignatureError("unsigned")
        try:
            is_signed = self._webhook.verify_signature(body.decode(), signature, timestamp)
            signed_at = datetime.fromtimestamp(int(timestamp), tz=now.tzinfo)
        except (binascii.Error, ValueError, TypeError, OverflowError, OSError) as error:
            raise SignatureError("malformed") from error
        if not is_signed:
            raise SignatureError("forged")
        if now - signed_at > MAX_AGE:
            raise SignatureError("stale")
        if signed_at - now > MAX_AHEAD:
            raise SignatureError("from the future")
