from campaign.kernel.problems import Problem, Problems


def test_what_is_wrong_is_kept_in_the_order_it_was_found():
    problems = Problems()
    assert not problems
    problems.say("given_name", "too_long", most=80)
    problems.say("email", "no_address")
    assert problems == [Problem(("given_name",), "too_long", {"most": 80}), Problem(("email",), "no_address")]


def test_the_same_problem_is_known_again():
    assert len({Problem(("legs", 2), "too_long", {"most": 1}), Problem(("legs", 2), "too_long", {"most": 1})}) == 1
    assert Problem(("legs", 2), "too_long", {"most": 1}) != Problem(("legs", 2), "too_long", {"most": 2})
