"""Holds a contest: starts everybody, proves that they do the work, and measures in turns."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

from load import Load, WrongAnswer, prove, run
from peers import Peers
from process import LOAD_CORE, DidNotStart, Running, Service, resident_bytes
from report import Result
from sets import Contest

WARM_UP = 1.0  # Seconds of load before the first round, which fill pools and caches.


def hold(
    contest: Contest,
    peers: Peers,
    work: Path,
    rounds: int,
    seconds: float,
    only: set[str],
) -> Result:
    """Measure every gateway of the contest; who cannot take part is named, and the others go on."""
    result = Result(contest)
    gateways = [service for service in contest.gateways if not only or service.name in only]
    with Running(peers.upstream(contest.body_bytes), work, LOAD_CORE):
        if contest.fresh_each_round:
            for turn in range(rounds):
                with ExitStack() as stack:
                    play(result, enter(result, gateways, work, stack), turn, seconds)
        else:
            with ExitStack() as stack:
                entered = enter(result, gateways, work, stack)
                for turn in range(rounds):
                    play(result, entered, turn, seconds)
    return result


def enter(result: Result, gateways: list[Service], work: Path, stack: ExitStack) -> list[Running]:
    """Start the gateways, and warm those up that answer as they should."""
    entered = []
    for service in gateways:
        if service.name in result.absent:
            continue
        load = result.contest.load_for(service.name)
        try:
            gateway = stack.enter_context(Running(service, work))
            prove(gateway, load.path, load.token, service.name in result.contest.checks_tokens)
            # The tokens of the round are kept back: warm up with one.
            run(gateway, Load(path=load.path, token=load.token, paths=load.paths), min(WARM_UP, 1))
        except (DidNotStart, WrongAnswer, OSError) as problem:
            print(f"{service.name} takes no part: {problem}", file=sys.stderr)
            result.absent[service.name] = str(problem)
            continue
        entered.append(gateway)
    return entered


def play(result: Result, entered: list[Running], turn: int, seconds: float) -> None:
    """One round of everybody, in turned order every other time."""
    for gateway in entered if turn % 2 == 0 else reversed(entered):
        name = gateway.service.name
        measured = run(gateway, result.contest.load_for(name), seconds)
        result.rounds.setdefault(name, []).append(measured)
        peak = resident_bytes(gateway.pid, peak=True)
        result.peak_bytes[name] = max(result.peak_bytes.get(name, 0), peak)
