from campaign.kernel.crowding import LATELY, Crowd, is_crowded
from campaign.kernel.metrics import POSTS_FROM_ONE_ADDRESS, POSTS_WEIGHED


def weigh(crowd, ips):
    """Return (posts weighed, posts from one address) of `ips`."""
    before = (POSTS_WEIGHED._value.get(), POSTS_FROM_ONE_ADDRESS._value.get())
    for start in range(0, len(ips), 7):  # as batches come
        crowd.weigh(ips[start : start + 7])
    return (POSTS_WEIGHED._value.get() - before[0], POSTS_FROM_ONE_ADDRESS._value.get() - before[1])


def test_everybody_from_one_address_is_a_crowd():
    weighed, from_one = weigh(Crowd(), ["10.0.0.1"] * 300)
    assert weighed == 300
    assert is_crowded(weighed, from_one)


def test_posts_of_unknown_address_are_a_crowd_too():
    assert is_crowded(*weigh(Crowd(), [""] * 300))


def test_people_from_everywhere_are_none_nor_is_a_campus_among_them():
    crowd = Crowd()
    everywhere = [f"203.0.113.{n % 200}" for n in range(400)]
    assert weigh(crowd, everywhere) == (400, 0)
    assert not is_crowded(*weigh(crowd, ["198.51.100.1"] * 180 + everywhere))


def test_too_few_say_nothing():
    assert not is_crowded(*weigh(Crowd(), ["10.0.0.1"] * (LATELY + 20)))


def test_what_it_remembers_is_bounded():
    crowd = Crowd()
    crowd.weigh([f"10.0.{n // 250}.{n % 250}" for n in range(1000)])
    assert len(crowd._last) == len(crowd._counts) == LATELY
