"""The local mail stand-in: SendGrid's send call, an inbox to read what was sent, and signed events back.

`campaign up --demo` runs it when no SendGrid key is given, so that a newcomer sees the whole circle (sign, mail,
confirm, letter, delivered) on one machine. Nothing that arrives here ever leaves the machine: the only address this
package connects to is the events URL, and that one must be loopback.

    POST /v3/mail/send ─► validate ─► Journal (fsync) ─► 202 ─► Inbox ─► pages, /messages.json, /v3/messages
                              │                                   │
                              └► 400 in SendGrid's shape          └► buttons ─► Postman ─► signed events ─► the service

A leaf: it imports nothing of the rest of campaign, as the real SendGrid would not.
"""
