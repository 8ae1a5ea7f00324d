"""Who gets the next call, in any history of instances that come, go, fall ill and are busy."""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub_launch.run.balance import DEFAULT, LEAST_IN_FLIGHT, ORDERS, ROUND_ROBIN, Balance, Fitness


@dataclass(eq=False)
class One:
    """An instance."""

    fitness: Fitness = Fitness.FIT
    in_flight: int = 0
    turn: int = 0


@pytest.fixture(params=ORDERS)
def order(request):
    return request.param


def test_quick_calls_are_spread_evenly(order):
    ones, balance = [One(), One(), One()], Balance(order)
    picked = Counter(id(balance.pick(ones)) for _ in range(300))
    assert set(picked.values()) == {100}


def test_by_default_nobody_waits_behind_a_long_call():
    ones, balance = [One(in_flight=1), One()], Balance()
    assert DEFAULT == LEAST_IN_FLIGHT
    assert {balance.pick(ones) for _ in range(10)} == {ones[1]}


def test_taking_turns_heeds_nobodys_work():
    ones, balance = [One(in_flight=9), One()], Balance(ROUND_ROBIN)
    assert [balance.pick(ones) for _ in range(4)] == [*ones, *ones]


def test_one_that_is_new_gets_no_more_than_its_share(order):
    ones, balance = [One(), One()], Balance(order)
    for _ in range(100):
        balance.pick(ones)
    ones.append(One())
    picked = Counter(id(balance.pick(ones)) for _ in range(30))
    assert set(picked.values()) == {10}


def test_one_that_has_just_failed_is_left_out_and_nobody_else_is_there(order):
    one = One()
    assert Balance(order).pick([one], without=one) is None


def test_the_less_fit_are_asked_when_there_is_nobody_better(order):
    ill, doubtful = One(Fitness.LAST), One(Fitness.DOUBTFUL, in_flight=50)
    balance = Balance(order)
    assert balance.pick([ill, doubtful]) is doubtful
    assert balance.pick([ill, doubtful], without=doubtful) is ill
    assert balance.pick([One(Fitness.OUT)]) is None


class Histories(RuleBasedStateMachine):
    """Instances whose fitness and work change between calls."""

    @initialize(order=st.sampled_from(sorted(ORDERS)), count=st.integers(1, 5))
    def begin(self, order, count):
        self.order, self.balance = order, Balance(order)
        self.ones = [One() for _ in range(count)]
        self.calls = []

    @rule(place=st.integers(0, 4), fitness=st.sampled_from(Fitness))
    def changes(self, place, fitness):
        self.ones[place % len(self.ones)].fitness = fitness

    @rule()
    def joins(self):
        self.ones.append(One())

    @precondition(lambda self: self.ones)
    @rule(place=st.integers(0, 9))
    def leaves(self, place):
        if len(self.ones) > 1:
            self.ones.pop(place % len(self.ones))

    @rule(without=st.none() | st.integers(0, 9))
    def is_called(self, without):
        failed = None if without is None else self.ones[without % len(self.ones)]
        before = {id(one): one.turn for one in self.ones}
        picked = self.balance.pick(self.ones, without=failed)
        able = [one for one in self.ones if one is not failed and one.fitness is not Fitness.OUT]
        if picked is None:
            assert able == []
            return
        assert picked in able
        assert picked.fitness == min(one.fitness for one in able)
        equals = [one for one in able if one.fitness == picked.fitness]
        if self.order == ROUND_ROBIN:
            assert before[id(picked)] == min(before[id(one)] for one in equals)
        else:
            assert picked.in_flight == min(one.in_flight for one in equals)
        picked.in_flight += 1
        self.calls.append(picked)

    @precondition(lambda self: self.calls)
    @rule(place=st.integers(0, 99))
    def answers(self, place):
        self.calls.pop(place % len(self.calls)).in_flight -= 1

    @invariant()
    def every_call_is_somebodys(self):
        if hasattr(self, "ones"):
            assert all(one.in_flight == self.calls.count(one) for one in {*self.ones, *self.calls})


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestHistories = Histories.TestCase
