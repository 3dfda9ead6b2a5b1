"""What a browser sends back of a form, as it stands on a page."""

from html.parser import HTMLParser


class Reader(HTMLParser):
    """Reads the forms of a page's own part, without its head and palette: boxes with the values that a browser would send."""

    def __init__(self):
        super().__init__()
        self.forms, self.area, self.select, self.is_over = [], None, None, False

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "main":
            self.forms.clear()
        elif tag == "form" and not self.is_over:
            self.forms.append({})
        elif self.forms and not self.is_over and "name" in at:
            self._box(tag, at)
        elif self.forms and tag == "option" and self.select and "selected" in at:
            self.forms[-1][self.select] = [at["value"]]

    def _box(self, tag, at):
        name, form = at["name"], self.forms[-1]
        if tag == "input" and (at.get("type") != "checkbox" or "checked" in at):
            form.setdefault(name, []).append(at.get("value", ""))
        elif tag == "textarea":
            self.area, form[name] = name, [""]
        elif tag == "select":
            self.select = name

    def handle_data(self, data):
        if self.area:
            self.forms[-1][self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            self.forms[-1][self.area][0] = self.forms[-1][self.area][0].removeprefix("\n")
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "main":
            self.is_over = True


def boxes(page, which=-1):
    """Return the boxes of one form of a page, the last one, with their values, but for the session's token."""
    reader = Reader()
    reader.feed(page.get_data(as_text=True))
    form = reader.forms[which]
    form.pop("csrf", None)
    return form
