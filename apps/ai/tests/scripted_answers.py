"""What the scripted server says: reads a request of Anthropic's protocol and composes the events of its answer."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from apps.ai.generators.wording import likeness, one_line, terms

# What it can do with a request, and how to ask for it: with `#name` in the question, or POST /script {"name": …}.
SCENARIOS = {
    "answer": "answers with sentences of the sources, cited",
    "slow": "the same, four pieces a second",
    "long": "the same, twenty times over",
    "clock": "says a hundred times which piece this is and when it was written, in paragraphs of twenty",
    "clock-long": "the same, twelve hundred times",
    "thinking": "thinks first",
    "markers": "cites as small models do: 【1】 [1,2] [Source 1] [99]",
    "unsound": "says something right, a wrong number, something without a source, and cites a source that is not there",
    "given": "says the pieces that the script gives, as they are, and claims to cite what it was not given",
    "planted": "ends with a picture, a link and a definition that hijacks [1], as a planted instruction would want",
    "empty": "ends without a word",
    "max-tokens": "stops in the middle because the answer is as long as allowed",
    "refusal": "stops in the middle because it does not want to answer",
    "error-event": "says in the middle that it is overloaded, though the status was 200",
    "cut": "the connection breaks in the middle",
    "cut-clean": "the reply ends in the middle, properly closed",
    "silent": "never answers",
    "silent-after": "falls silent in the middle",
    "html": "answers with a page, as a wrong address does",
    "no-effort": "refuses the effort parameter, as older models do",
    "too-long": "finds the prompt too long, as llama.cpp says it",
    "prompt-is-too-long": "finds the prompt too long, as Anthropic says it",
    "400": "refuses the request",
    "401": "refuses the key",
    "403": "refuses the key",
    "404": "does not know the model",
    "429": "has had enough of us",
    "500": "breaks down",
    "529": "is overloaded",
}
STATUSES = {
    "400": (400, "invalid_request_error", "messages: something is wrong with them"),
    "401": (401, "authentication_error", "invalid bearer token"),
    "403": (403, "permission_error", "this key may not use that model"),
    "404": (404, "not_found_error", "model: no-such-model"),
    "429": (429, "rate_limit_error", "this would exceed your rate limit"),
    "500": (500, "api_error", "internal server error"),
    "529": (529, "overloaded_error", "overloaded"),
    "too-long": (400, "exceed_context_size_error", "the request exceeds the available context size"),
    "prompt-is-too-long": (400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
    "no-effort": (400, "invalid_request_error", "This model does not support the effort parameter."),
}

_PASSAGE = re.compile(r'<passage-(\w+) number="(\d+)"[^>]*>\n(.*?)\n</passage-\1>', re.DOTALL)
_QUESTION = re.compile(r"Question: (.*)\n\n(?:Answer in the language)", re.DOTALL)
_LAST = re.compile(r"Last question: (.*)\n\nRewrite this question", re.DOTALL)
_SENTENCE = re.compile(r".+?(?:[。！？!?]+[」』”]?|\.(?=\s)|$)", re.MULTILINE)
_SCENARIO = re.compile(r"#([a-z0-9-]+)")
_PIECE = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]{1,2}|\s*[^\s぀-ヿ㐀-鿿豈-﫿]+|\s+")
_HAN = re.compile(r"[㐀-鿿]")
_NUMBER = re.compile(r"\d+")
MOST = 3
# Pieces of an answer that tells the time; what stands between two, and between two paragraphs.
TICKS = {"clock": 100, "clock-long": 1200}
_NEXT = (" ", "\n\n")


@dataclass(frozen=True)
class Given:
    """A source as it came in a request: `number` to write in brackets, or the index among the search results."""

    number: int
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A request as the model sees it."""

    question: str
    sources: tuple[Given, ...]
    is_native: bool

    @property
    def scenario(self) -> str:
        """The scenario that the question's own words ask for, or ""."""
        return next((name for name in _SCENARIO.findall(self.question) if name in SCENARIOS), "")


@dataclass(frozen=True)
class Block:
    """A text block of the answer and the citations it carries."""

    text: str
    citations: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Refused:
    """An error answer."""

    status: int
    kind: str
    message: str

    @property
    def body(self) -> dict[str, Any]:
        return {"type": "error", "error": {"type": self.kind, "message": self.message}, "request_id": "req_scripted"}


@dataclass(frozen=True)
class Script:
    """What to do with a request. In-the-middle scenarios happen after `after` pieces of text; `delay` in seconds.

    `pieces` is what "given" says.
    """

    name: str = "answer"
    after: int = 3
    delay: float | None = None
    retry_after: float | None = None
    pieces: Sequence[str] = ()


@dataclass
class Usage:
    """Tokens, counted roughly."""

    input: int
    output: int = field(default=0)


def asked(body: Mapping[str, Any], *, drops_blocks: bool = False) -> Asked:
    """The question and the sources of a request; `drops_blocks` overlooks search results, as local servers do."""
    blocks = _blocks_of(body["messages"][-1]["content"]) if body.get("messages") else []
    text = "\n\n".join(block["text"] for block in blocks if block["type"] == "text")
    results = [block for block in blocks if block["type"] == "search_result"]
    question = match[1] if (match := _QUESTION.search(text)) else text
    if results and not drops_blocks:
        given = [
            Given(at, result["title"], tuple(part["text"] for part in result["content"]))
            for at, result in enumerate(results)
        ]
        return Asked(question, tuple(given), is_native=True)
    passages = [Given(int(number), "", _sentences(passage)) for _tag, number, passage in _PASSAGE.findall(text)]
    return Asked(question, tuple(passages), is_native=False)


def to_rewrite(body: Mapping[str, Any]) -> str | None:
    """The question that the request wants made to stand alone; `None` when it wants an answer."""
    messages = body.get("messages") or []
    text = messages[-1]["content"] if messages and not body.get("stream") else None
    match = _LAST.search(text) if isinstance(text, str) else None
    return match[1] if match else None


def rewritten(body: Mapping[str, Any], text: str) -> dict[str, Any]:
    """A whole message that says `text`, as the protocol has it without a stream."""
    usage = {"input_tokens": len(str(body["messages"])) // 4, "output_tokens": len(text) // 4}
    return {
        "id": "msg_scripted", "type": "message", "role": "assistant", "model": body["model"],
        "content": [{"type": "text", "text": text}] if text else [],
        "stop_reason": "end_turn", "stop_sequence": None, "usage": usage,
    }  # fmt: skip


def refusal(body: Mapping[str, Any], headers: Mapping[str, str]) -> Refused | None:
    """What Anthropic's API has against a request, as far as we could get it wrong."""
    if not (headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer").strip()):
        return Refused(401, "authentication_error", "x-api-key header or bearer token is required")
    problem = _problem(body)
    if headers.get("anthropic-version", "") >= "2026-10-21":
        for name in ("temperature", "top_p", "top_k"):
            if name in body:
                problem = f"{name}: not supported in this version"
    return Refused(400, "invalid_request_error", problem) if problem else None


def events(asked: Asked, script: Script, model: str, tokens: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of the answer, in the order and shape of the protocol."""
    usage = Usage(tokens)
    message: dict[str, Any] = {
        "id": "msg_scripted", "type": "message", "role": "assistant", "model": model, "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": tokens, "output_tokens": 1},
    }  # fmt: skip
    yield _event("message_start", message=message)
    yield _event("ping")
    index = 0
    if script.name == "thinking":
        yield from _thinking()
        index = 1
    if script.name in TICKS:
        yield from _clock(TICKS[script.name], usage)
    elif script.name == "given":
        text = "".join(script.pieces)
        yield from _block(index, Block(text, _forged(text) if asked.is_native else ()), usage, script.pieces)
    else:
        for block in composed(asked, script.name):
            yield from _block(index, block, usage)
            index += 1
    yield from ended("end_turn", usage)


def ended(reason: str, usage: Usage) -> Iterator[tuple[str, dict[str, Any]]]:
    """The end of an answer, with its reason."""
    details = {"type": "refusal", "category": "general_harms", "explanation": None} if reason == "refusal" else None
    delta = {"stop_reason": reason, "stop_sequence": None, "stop_details": details}
    yield _event("message_delta", delta=delta, usage={"input_tokens": usage.input, "output_tokens": usage.output})
    yield _event("message_stop")


def composed(asked: Asked, scenario: str) -> list[Block]:
    """The text: an opening of its own, then the sentences nearest to the question, each with its source."""
    if scenario == "empty":
        return []
    is_chinese = bool(_HAN.search(asked.question))
    if not asked.sources:
        return [Block("沒有可以參考的資料。" if is_chinese else "I was given no passages to answer from.")]
    blocks = [Block("根據您的資料庫：\n\n" if is_chinese else "This is what your library says:\n\n")]
    if scenario == "unsound":
        return [*blocks, *_unsound(asked, is_chinese=is_chinese)]
    for _ in range(20 if scenario == "long" else 1):
        blocks += [part for source, at in _chosen(asked) for part in _quoted(source, at, asked, scenario)]
    if scenario == "planted":
        blocks.append(
            Block("\n![x](https://evil.example/?q=1) [more](https://evil.example)\n\n[1]: https://evil.example\n")
        )
    if not asked.is_native:
        return [Block("".join(block.text for block in blocks))]
    return blocks


def _unsound(asked: Asked, *, is_chinese: bool) -> Iterator[Block]:
    """What the checks of an answer are there for; a number is wrong where a sentence has one in digits."""
    source, at = _chosen(asked)[0]
    yield from _quoted(source, at, asked, "")
    numbered = (
        (given, at) for given in asked.sources for at, words in enumerate(given.sentences) if _NUMBER.search(words)
    )
    for given, at in islice(numbered, 1):
        wrong = _NUMBER.sub(lambda number: str(int(number[0]) + 70), one_line(given.sentences[at]), count=1)
        yield from _quoted(given, at, asked, "", wrong)
    yield Block("- 這件事值得記住。\n" if is_chinese else "- This is worth remembering.\n")
    yield Block("- 另一份文件也這麼說。[99]\n" if is_chinese else "- Another document says the same. [99]\n")


def pieces(text: str) -> list[str]:
    """The text in pieces of about a token."""
    return _PIECE.findall(text)


def _chosen(asked: Asked) -> list[tuple[Given, int]]:
    wanted = terms(asked.question)
    found = []
    for source in asked.sources:
        scores = [likeness(wanted, terms(sentence) & wanted) for sentence in source.sentences]
        # Of equals the longest: a heading repeats the question's words and says nothing.
        at = max(range(len(scores)), key=lambda at: (scores[at], len(source.sentences[at])))
        found.append((scores[at], source, at))
    found.sort(key=lambda one: one[0], reverse=True)
    return [(source, at) for score, source, at in found[:MOST] if score >= found[0][0] / 2]


def _quoted(source: Given, at: int, asked: Asked, scenario: str, words: str = "") -> Sequence[Block]:
    """A sentence of a source with its citation; `words` is what is said in its place."""
    sentence = words or one_line(source.sentences[at])
    if not asked.is_native:
        marker = (
            f"【{source.number}】[{source.number}, 99] [Source {source.number}] [99]"
            if scenario == "markers"
            else f"[{source.number}]"
        )
        return [Block(f"- {sentence} {marker}\n")]
    citation = {
        "type": "search_result_location", "cited_text": source.sentences[at], "search_result_index": source.number,
        "source": f"passage-{source.number}", "title": source.title, "start_block_index": at, "end_block_index": at + 1,
    }  # fmt: skip
    return [Block("- "), Block(sentence, (citation,)), Block("\n")]


def _forged(text: str) -> tuple[dict[str, Any], ...]:
    """Citations of what no request had: other words of the first source, and a source that is not there."""
    forged = {"type": "search_result_location", "cited_text": text, "source": text, "title": text}
    place = {"start_block_index": 0, "end_block_index": 1}
    return tuple({**forged, **place, "search_result_index": at} for at in (0, 999))


def _block(index: int, block: Block, usage: Usage, cut: Sequence[str] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """A block of text; `cut` is its text in the pieces to send it in."""
    start: dict[str, Any] = {"type": "text", "text": ""}
    if block.citations:
        start["citations"] = []
    yield _event("content_block_start", index=index, content_block=start)
    for citation in block.citations:
        yield _event("content_block_delta", index=index, delta={"type": "citations_delta", "citation": citation})
    for piece in cut or pieces(block.text):
        usage.output += 1
        yield _event("content_block_delta", index=index, delta={"type": "text_delta", "text": piece})
    yield _event("content_block_stop", index=index)


def _clock(ticks: int, usage: Usage) -> Iterator[tuple[str, dict[str, Any]]]:
    yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for number in range(ticks):
        usage.output += 1
        # Made when it is asked for: that is when it is written.
        text = f"{number}@{time.time():.3f}{_NEXT[number % 20 == 19]}"
        yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})
    yield _event("content_block_stop", index=0)


def _thinking() -> Iterator[tuple[str, dict[str, Any]]]:
    block = {"type": "thinking", "thinking": "", "signature": ""}
    yield _event("content_block_start", index=0, content_block=block)
    for delta in ({"type": "thinking_delta", "thinking": "Hmm [1]."}, {"type": "signature_delta", "signature": "s"}):
        yield _event("content_block_delta", index=0, delta=delta)
    yield _event("content_block_stop", index=0)


def _event(kind: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return kind, {"type": kind, **fields}


def _blocks_of(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _sentences(text: str) -> tuple[str, ...]:
    return tuple(sentence for part in _SENTENCE.findall(text) if (sentence := part.strip())) or (text,)


def _problem(body: Mapping[str, Any]) -> str:
    messages = body.get("messages") or []
    if not body.get("max_tokens") or not body.get("model"):
        return "max_tokens and model: field required"
    if [message["role"] for message in messages] != [("user", "assistant")[at % 2] for at in range(len(messages))]:
        return "messages: roles must alternate and begin with the user"
    if not messages or messages[-1]["role"] != "user":
        return "messages: the last must be the user's"
    for message in messages:
        blocks = _blocks_of(message["content"])
        if problem := _problem_of_blocks(message["role"], blocks):
            return problem
    return ""


def _problem_of_blocks(role: str, blocks: Sequence[Mapping[str, Any]]) -> str:
    results = [block for block in blocks if block["type"] == "search_result"]
    texts = [block for block in blocks if block["type"] == "text"]
    texts += [part for result in results for part in result["content"]]
    if any(not block["text"].strip() for block in texts):
        return "messages: text content blocks must contain non-whitespace text"
    if any(block.get("citations") for block in texts) or (role == "assistant" and results):
        return "messages: citations and search results do not belong here"
    if any(not result["content"] or not result["title"] or not result["source"] for result in results):
        return "messages: a search result needs source, title and content"
    if len({bool(result.get("citations", {}).get("enabled")) for result in results}) > 1:
        return "messages: citations must be enabled on all search results or on none"
    return ""
