"""One-time codes: what they are, what they are worth, and what guessing them comes to."""

import random

import pytest

from supervision.host.codes import LETTERS, LONGEST_WAIT, Codes, Right, Tries, Wait, Wrong

ID = "2026-11-23-1000-test"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def codes() -> tuple[Codes, Clock, list[tuple[str, str]]]:
    clock, worn = Clock(), list[tuple[str, str]]()
    return Codes(clock, lambda session, person: worn.append((session, person))), clock, worn


def test_a_code_is_eight_letters_that_nobody_takes_for_others() -> None:
    door, _, _ = codes()
    said = {door.make(ID, "sam") for _ in range(200)}
    assert len(said) == 200
    for code in said:
        assert len(code) == 9 and code[4] == "-"
        assert set(code) - {"-"} <= set(LETTERS)
        assert not set(code) & set("ILOU01")


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0:.4}  {0:.4}"])
def test_it_is_good_once_however_it_is_typed(typed: str) -> None:
    door, _, _ = codes()
    code = door.make(ID, "sam")
    as_typed = typed.format(code) if "0:" not in typed else code.replace("-", "  ").lower()
    assert door.judge(ID, as_typed, Tries()) == Right("sam")
    assert door.of(ID, "sam") == ""
    assert door.judge(ID, code, Tries()) == Wrong(over=False)


def test_it_is_one_persons_and_for_one_session() -> None:
    door, _, _ = codes()
    sam, ash, other = door.make(ID, "sam"), door.make(ID, "ash"), door.make("another", "kim")
    assert door.judge(ID, other, Tries()) == Wrong(over=False)
    assert door.judge("", ash, Tries()) == Wrong(over=False)
    assert door.judge(ID, ash, Tries()) == Right("ash")
    assert door.judge(ID, sam, Tries()) == Right("sam")
    assert door.judge("another", other, Tries()) == Right("kim")


def test_a_fresh_code_ends_the_one_before() -> None:
    door, _, _ = codes()
    before, now = door.make(ID, "sam"), door.make(ID, "sam")
    assert door.judge(ID, before, Tries()) == Wrong(over=False)
    assert door.judge(ID, now, Tries()) == Right("sam")


def test_three_wrong_ones_end_a_connection_and_another_one_begins_anew() -> None:
    door, clock, _ = codes()
    one, other = Tries(), Tries()
    found = []
    for _ in range(3):
        found.append(door.judge(ID, "AAAA-AAAA", one))
        clock.now += 400
    assert found == [Wrong(over=False), Wrong(over=False), Wrong(over=True)]
    assert door.judge(ID, "AAAA-AAAA", other) == Wrong(over=False)


def test_all_connections_wait_twice_as_long_after_each_and_the_right_one_ends_it() -> None:
    door, clock, _ = codes()
    code = door.make(ID, "sam")
    for _ in range(2):
        assert isinstance(door.judge(ID, "AAAA-AAAA", Tries()), Wrong)
    for seconds in (2, 4, 8, 16):
        assert isinstance(door.judge(ID, "AAAA-AAAA", Tries()), Wrong)
        assert door.judge(ID, code, Tries()) == Wait(seconds)  # even the right one is not looked at meanwhile
        clock.now += seconds
    assert door.judge(ID, code, Tries()) == Right("sam")
    assert isinstance(door.judge(ID, "AAAA-AAAA", Tries()), Wrong)
    assert isinstance(door.judge(ID, "AAAA-AAAA", Tries()), Wrong)


def test_the_wait_is_never_longer_than_five_minutes_and_a_quiet_hour_ends_it() -> None:
    door, clock, _ = codes()
    for _ in range(40):
        door.judge(ID, "AAAA-AAAA", Tries())
        clock.now += LONGEST_WAIT
    door.judge(ID, "AAAA-AAAA", Tries())
    assert door.judge(ID, "AAAA-AAAA", Tries()) == Wait(int(LONGEST_WAIT))
    clock.now += 3601 + LONGEST_WAIT
    for _ in range(3):
        assert isinstance(door.judge(ID, "AAAA-AAAA", Tries()), Wrong)


def test_after_ten_wrong_ones_there_is_a_fresh_code_and_the_host_is_told() -> None:
    door, clock, worn = codes()
    first = door.make(ID, "sam")
    kept = door.make("another", "kim")
    for _ in range(10):
        door.judge(ID, "AAAA-AAAA", Tries())
        clock.now += LONGEST_WAIT
    assert worn == [(ID, "sam")]
    assert door.judge(ID, first, Tries()) == Wrong(over=False)
    clock.now += LONGEST_WAIT
    assert door.judge(ID, door.of(ID, "sam"), Tries()) == Right("sam")
    assert door.judge("another", kept, Tries()) == Right("kim")


def test_a_thousand_guesses_take_days_and_find_nothing() -> None:
    door, clock, worn = codes()
    door.make(ID, "sam")
    guess, began, judged, connection = random.Random(7), clock.now, 0, Tries()
    while judged < 1000:
        verdict = door.judge(ID, "".join(guess.choices(LETTERS, k=8)), connection)
        match verdict:
            case Wait(seconds):
                clock.now += seconds
            case Wrong(over):
                judged += 1
                connection = Tries() if over else connection
            case Right():
                raise AssertionError("a guess was right")
    assert clock.now - began > 3 * 86_400
    assert len(worn) == 100
