"""A small set of questions with known answers, and sets made of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

# Nothing to read: it cannot be indexed, and so never found.
EMPTY = "empty"
DOCUMENTS = {
    "lease": (
        "房東與房客的租約",
        "房東負責修繕屋頂與水管。房客每月五日以前付租金。押金是兩個月的租金，退租時歸還。",
    ),
    "bees": ("養蜂筆記", "蜂箱放在朝南的斜坡上。春天換一次蜂王，秋天留下一半的蜂蜜給蜜蜂過冬。"),
    "noodles": ("牛肉麵", "牛腱先汆燙，再和番茄、豆瓣醬一起燉三個小時。麵條起鍋後過冷水。"),
    "train": ("環島鐵路", "環島一圈要八百多公里。南迴鐵路在一九九一年通車，從此可以坐火車繞臺灣一周。"),
    "ink": ("磨墨", "硯臺先加幾滴清水，墨條垂直慢慢研磨。墨色夠濃了，再用毛筆試寫一個字。"),
    "eyes": ("視力檢查", "眼科醫師建議每年檢查一次眼壓。螢幕看了四十分鐘，就望遠十分鐘。"),
    "tea": (
        "Notes on tea",
        "Green tea is steamed soon after picking, which keeps its leaves green. A pot of oolong wants three minutes.",
    ),
    "tides": (
        "Tides",
        "The sea rises and falls twice a day because the moon pulls at it. At full moon the flood is highest.",
    ),
    "bread": (
        "Sourdough",
        "Feed the starter in the morning with equal weights of flour and water. Bake the loaf at 230 degrees.",
    ),
    "clock": (
        "The clock on the landing",
        "The pendulum clock loses four minutes a week in winter. Wind it on Sundays with the brass key.",
    ),
    "garden": ("Beans", "Runner beans are sown in May, when the last frost is over. They climb poles two metres high."),
    EMPTY: ("Nothing yet", ""),
}
# What is asked, and which documents answer it.
ANSWERABLE: dict[str, tuple[str, dict[str, int]]] = {
    "roof": ("屋頂壞了由誰負責修繕？", {"lease": 1}),
    "hive": ("蜂箱放在朝哪裡的斜坡上？", {"bees": 1}),
    "oolong": ("How many minutes does a pot of oolong want?", {"tea": 1}),
    # Of two answers one is found, and first.
    "sea": ("Why does the sea rise and fall twice a day?", {"tides": 1, EMPTY: 1}),
    # Its only answer cannot be found.
    "gone": ("When are runner beans sown?", {EMPTY: 1}),
}
UNANSWERABLE: dict[str, tuple[str, dict[str, int]]] = {
    "telephone": ("誰發明了電話？", {}),
    "capital": ("What is the capital of France?", {}),
    # Answered by the library, whatever the set says: an honest mistake of the refusal.
    "loaf": ("At how many degrees is the loaf baked?", {}),
}
QUESTIONS = {**ANSWERABLE, **UNANSWERABLE}


def write(
    folder: Path,
    documents: Mapping[str, tuple[str, str]] = DOCUMENTS,
    questions: Mapping[str, tuple[str, Mapping[str, int]]] = QUESTIONS,
) -> Path:
    """The set in `folder`, laid out as in BEIR."""
    (folder / "qrels").mkdir(parents=True)
    corpus = ({"_id": key, "title": title, "text": text} for key, (title, text) in documents.items())
    write_lines(folder / "corpus.jsonl", corpus)
    write_lines(folder / "queries.jsonl", ({"_id": key, "text": text} for key, (text, _answers) in questions.items()))
    rows = [f"{key}\t{answer}\t{score}" for key, (_, answers) in questions.items() for answer, score in answers.items()]
    (folder / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *rows]) + "\n")
    return folder


def write_lines(path: Path, records: Iterable[object]) -> None:
    """One JSON value a line."""
    path.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records))


def many(count: int) -> dict[str, tuple[str, str]]:
    """So many documents, enough to keep a process busy."""
    said = "It says little, and says it twice. " * 20
    return {f"d{at}": (f"Letter {at}", f"This is letter {at}. {said}") for at in range(count)}


def beginning(whole: Path, folder: Path, documents: int) -> Path:
    """A set of the first `documents` of another, and of the questions that they answer."""
    corpus = [json.loads(line) for line in (whole / "corpus.jsonl").read_text().splitlines()[:documents]]
    answers: dict[str, dict[str, int]] = {}
    for line in (whole / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        question, answer, score = line.split("\t")
        answers.setdefault(question, {})[answer] = int(score)
    kept = {each["_id"]: (each["title"], each["text"]) for each in corpus}
    asked = (json.loads(line) for line in (whole / "queries.jsonl").read_text().splitlines())
    questions = {each["_id"]: (each["text"], answers.get(each["_id"], {})) for each in asked}
    answered = {key: (text, to) for key, (text, to) in questions.items() if to and to.keys() <= kept.keys()}
    return write(folder, kept, answered)
