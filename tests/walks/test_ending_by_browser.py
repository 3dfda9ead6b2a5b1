"""What ends something, with a browser: it is asked first, apart from what is beside it, said truly, and can be had back."""

import pytest

from tests.walks.content import slug_of
from tests.walks.stand_in import link_in
from tests.walks.steps import my_link, sign, signed

pytestmark = pytest.mark.browser

_GAPS = """() => {
  const boxes = [...document.querySelectorAll('main a.button, main button, main .deed a, main summary')]
    .filter((element) => !element.closest('details:not([open]) > :not(summary)'))
    .map((element) => element.getBoundingClientRect()).filter((box) => box.width);
  const found = [];
  for (const ender of document.querySelectorAll('.ask-first button, .way-out a')) {
    const own = ender.getBoundingClientRect();
    for (const box of boxes) {
      if (box.x === own.x && box.y === own.y) continue;
      const across = Math.max(box.left - own.right, own.left - box.right);
      const down = Math.max(box.top - own.bottom, own.top - box.bottom);
      found.push(Math.max(across, down));
    }
  }
  return found;
}"""


def stands_apart(me) -> bool:
    """Whether what ends something is 16 px from all else that can be tapped, on this page."""
    gaps = me.page.evaluate(_GAPS)
    return bool(gaps) and min(gaps) >= 16


@pytest.mark.parametrize("has_script", [True, False])
def test_a_signature_is_withdrawn_after_a_question_and_had_back(travel, running, mailbox, has_script):
    slug, address = slug_of("ending"), f"back-{has_script}@ending.example".lower()
    me = travel(has_script=has_script)
    signed(running, mailbox, slug, address)
    me.go(my_link(running, mailbox, address))
    assert stands_apart(me)
    me.press(".way-out a[href*='/withdraw/']")
    assert me.heading() == "Withdraw your signature?"
    assert stands_apart(me)
    me.press(".ask-first a")
    assert me.heading() == "My actions"
    me.press(".way-out a[href*='/withdraw/']")
    me.press(".ask-first button")
    for _ in range(2):
        assert "Withdrawn on" in me.page.locator(".deed").inner_text()
        me.page.reload()
        me.page.wait_for_selector(".undo button")
    me.press(".undo button")
    assert "Signed on" in me.page.locator(".deed").inner_text()


@pytest.mark.parametrize("has_script", [True, False])
def test_after_erasing_the_page_says_what_is_so_and_the_link_that_it_is_over(travel, running, mailbox, has_script):
    slug, address = slug_of("ending"), f"gone-{has_script}@ending.example".lower()
    me = travel(has_script=has_script)
    signed(running, mailbox, slug, address)
    link = my_link(running, mailbox, address)
    me.go(link)
    me.press(".erase .way-out a")
    assert me.heading() == "Delete everything?"
    assert stands_apart(me)
    me.press(".ask-first button")
    for _ in range(2):
        assert me.heading() == "Your data is deleted"
        assert "Your signatures no longer count." in me.page.locator("main").inner_text()
        me.page.reload()
    me.go(link, status=410)
    assert me.heading() == "This link doesn’t work anymore"


@pytest.mark.parametrize("has_script", [True, False])
def test_who_said_not_me_is_told_by_mail_how_to_sign_and_the_page_tells_nobody(travel, running, mailbox, has_script):
    slug, address = slug_of("ending"), f"refused-{has_script}@ending.example".lower()
    me = travel(has_script=has_script)
    first = sign(running, slug, address)
    (mail,) = mailbox.wait_for(address)
    me.go(link_in(mail, "not-me"))
    me.press("main form button")
    assert "this campaign won’t ask you to confirm anything" in me.page.locator("main").inner_text()
    assert sign(running, slug, address, given_name="Eva").heading == first.heading
    told, _ = mailbox.wait_for(address, 2)
    assert told["subject"].startswith("Was this you after all?")
    me.go(link_in(told, "confirm"))
    me.press("main form button.button--primary")
    assert "number" in me.page.locator("main").inner_text()
