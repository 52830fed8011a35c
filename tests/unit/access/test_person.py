"""Who asks is known to everything in a request, and to nothing beside it."""

import threading

import anyio
import anyio.to_thread
import pytest

from lib.access.person import Person, SignedInBy, asking, proven, signed_in_name
from lib.access.roles import Role, highest, role_named
from lib.errors import RoleNameError

ADA = Person("ada", Role.ANNOTATOR, SignedInBy.KEY)
SAID = Person("bob", Role.ADMIN, SignedInBy.NOTHING)


def test_who_signed_in_wins_over_what_a_request_says() -> None:
    with asking(ADA):
        assert proven("bob") == "ada"

    assert proven("bob") == "bob"


def test_a_name_that_is_only_said_proves_nothing() -> None:
    with asking(SAID):
        assert signed_in_name() is None
        assert proven("carol") == "carol"


def test_worker_threads_of_a_request_know_who_asks() -> None:
    async def in_a_thread() -> str | None:
        with asking(ADA):
            return await anyio.to_thread.run_sync(signed_in_name)

    assert anyio.run(in_a_thread) == "ada"


def test_what_runs_beside_requests_knows_nobody() -> None:
    seen: list[str | None] = []
    with asking(ADA):
        thread = threading.Thread(target=lambda: seen.append(signed_in_name()))
        thread.start()
        thread.join()

    assert seen == [None]


def test_requests_at_the_same_time_do_not_mix_up_who_asks() -> None:
    found: dict[str, str | None] = {}

    async def request(name: str) -> None:
        with asking(Person(name, Role.VIEWER, SignedInBy.KEY)):
            await anyio.sleep(0.01)
            found[name] = await anyio.to_thread.run_sync(signed_in_name)

    async def all_at_once() -> None:
        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(request, f"p{number}")

    anyio.run(all_at_once)

    assert all(name == seen for name, seen in found.items())
    assert len(found) == 20


def test_roles_are_in_order() -> None:
    assert Role.VIEWER < Role.ANNOTATOR < Role.REVIEWER < Role.ADMIN


@pytest.mark.parametrize(("words", "role"), [(["viewer", "admin"], Role.ADMIN), (["x"], None), ([], None)])
def test_the_highest_role_counts(words: list[str], role: Role | None) -> None:
    assert highest(words) is role


def test_a_word_that_is_no_role_is_told_which_there_are() -> None:
    assert role_named(" Reviewer ") is Role.REVIEWER
    with pytest.raises(RoleNameError, match="viewer, annotator, reviewer, admin"):
        role_named("god")
