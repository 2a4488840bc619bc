"""How well sentences are compared with their sources: on claims whose rights and wrongs are known."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from apps.chat.checking import Verdict
from apps.chat.checking.comparing import check

# Near the wording of their passages; worded freely, as answers word them, loosely, with much that is reckoned, by who
# did not know how they are compared; some are kept aside: the comparison is never changed for what these show.
SETS = {
    name: Path(__file__).with_name(f"{file}.toml")
    for name, file in {
        "near": "claims",
        "free": "claims_reworded",
        "answered": "claims_answered",
        "more": "claims_more",
        "loose": "claims_loose",
        "further": "claims_further",
        "reckoned": "claims_reckoned",
        "aside": "claims_aside",
    }.items()
}
FLAGS = frozenset([Verdict.NUMBER, Verdict.NAME, Verdict.NEGATION, Verdict.NO_SOURCE, Verdict.DIFFERS])
# What may be said of each kind. A paraphrase does differ in its wording: only to accuse it of a wrong word is wrong.
RIGHT: Mapping[str, frozenset[Verdict]] = {
    "right": frozenset([Verdict.MATCHES]),
    "paraphrase": frozenset([Verdict.MATCHES, Verdict.DIFFERS]),
    "number": frozenset([Verdict.NUMBER]),
    "name": frozenset([Verdict.NAME]),
    "negation": frozenset([Verdict.NEGATION]),
    "absent": frozenset([Verdict.NO_SOURCE]),
    "foreign": frozenset([Verdict.NOT_CHECKED]),
    "swapped": frozenset([Verdict.NUMBER]),
    # Nothing of it is there: whichever difference is told first.
    "invented": FLAGS,
    "source": FLAGS,
}
# Verdicts that are precise about a kind.
_ACCUSES = {"number": Verdict.NUMBER, "name": Verdict.NAME, "negation": Verdict.NEGATION, "absent": Verdict.NO_SOURCE}
_ABSENT = 9


@dataclass(frozen=True)
class Claim:
    """A sentence that cites source `number` of `sources`. `language` is that of the passage; `aside` see the set."""

    text: str
    kind: str
    language: str
    aside: bool
    number: int
    sources: Mapping[int, str]


def claims(name: str = "near") -> list[Claim]:
    """Those of one of `SETS`; and each right one once more, as one that cites another passage of its language."""
    return list(_claims(tomllib.loads(SETS[name].read_text())["passage"]))


def _claims(passages: Sequence[Mapping[str, Any]]) -> Iterator[Claim]:
    for at, passage in enumerate(passages):
        same = [each["text"] for each in passages if each["language"] == passage["language"] and each is not passage]
        sources = {1: passage["text"], 2: same[at % len(same)]}
        about = (passage["language"], passage.get("aside", False))
        for kind, text in passage["claims"]:
            yield Claim(text, kind, *about, _ABSENT if kind == "absent" else 1, sources)
            if kind == "right":
                yield Claim(text, "source", *about, 2, sources)


@cache
def told(name: str) -> list[tuple[Claim, Verdict]]:
    """The claims of one of `SETS`, each with what is said of it."""
    return [(claim, verdict(claim)) for claim in claims(name)]


def verdict(claim: Claim) -> Verdict:
    """What is said of it."""
    (checked,) = check(f"{claim.text} [{claim.number}]", claim.sources)
    return checked.verdict


def figures(found: Sequence[tuple[Claim, Verdict]]) -> dict[str, Any]:
    """Ready for JSON: for each kind how many there are and the share said rightly (`recall`), and where one verdict is
    about it, the share of those verdicts that are (`precision`), without what may be told in any way; shares of 1."""
    kinds = {kind: [said for claim, said in found if claim.kind == kind] for kind in RIGHT}
    # A claim of which nothing is there may be told by any of its differences.
    given = Counter(said for claim, said in found if claim.kind not in ("invented", "source", "swapped"))
    right = Counter(said for claim, said in found if _ACCUSES.get(claim.kind) == said)
    rows = {
        kind: {
            "claims": len(said),
            "recall": _share(sum(verdict in RIGHT[kind] for verdict in said), len(said)),
            "precision": _share(right[_ACCUSES[kind]], given[_ACCUSES[kind]]) if kind in _ACCUSES else None,
        }
        for kind, said in kinds.items()
    }
    flagged = [said in FLAGS for said in kinds["right"]]
    return {"claims": len(found), "right_flagged": _share(sum(flagged), len(flagged)), "kinds": rows}


def _share(part: int, of: int) -> float | None:
    return round(part / of, 4) if of else None
