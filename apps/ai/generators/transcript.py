"""Turns what a server streams into text, citations and an end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.ai.generators import Cited, Fault, Finished, GeneratorEvent, GeneratorFault, Source, TextDelta, prompts
from apps.ai.generators.faults import fault_of_ending
from apps.ai.generators.markers import Markers
from apps.ai.generators.wording import nearest
from apps.core.text import storable

_FENCE_AT_END = re.compile(r"(?:^|\n)[\s>]*`{3,}[^`\n]*$")
_SENTENCE_END = re.compile(r"(?<=[。！？!?])|(?<=[.])\s+|\n+")
_UNKNOWN_MARKER = re.compile(r"\[\d+\]")
_WORD = re.compile(r"\w")
_REMEMBERED = 400
# What was read, by where it was read from.
_READ = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class Transcript:
    """One answer while it arrives.

    `native`: the citations come from the server, for each block of text; otherwise they are the markers that the
    model wrote, and the sentence each rests on is the one nearest in wording.
    """

    def __init__(self, sources: Sequence[Source], *, native: bool) -> None:
        self._sources = sources
        self._numbered = {source.number: source for source in sources}
        self._markers = Markers(self._numbered, written=not native)
        # White space at the end waits, so that a marker comes right after the words.
        self._space = ""
        self._said = ""
        self._since_marker = ""
        self._marked = False
        self._cited: list[Cited] = []
        self._has_begun = False
        self._stop_reason: str | None = None
        self._detail = ""
        self.input_tokens = 0
        self.output_tokens = 0

    def read(self, event: object) -> Iterator[GeneratorEvent]:
        """What one event of the server adds: its JSON as it came. What is not as the protocol says is passed over."""
        match event:
            case {"type": "content_block_delta", "delta": {"type": "text_delta", "text": str(text)}}:
                yield from self._text(text)
            case {"type": "content_block_delta", "delta": {"type": "citations_delta", "citation": citation}}:
                self._note(citation)
            case {"type": "content_block_start", "content_block": {"type": "text", "text": str(text)}}:
                yield from self._text(text)
            case {"type": "content_block_stop"}:
                yield from self.rest()
            case {"type": "message_start", **rest}:
                self._has_begun = True
                self._count(rest.get("message"))
            case {"type": "message_delta", **rest}:
                self._end(rest.get("delta"))
                self._count(rest)

    def rest(self) -> Iterator[GeneratorEvent]:
        """What was held back until the end of a block, or of everything: undecided text, and the block's citations."""
        for piece in self._markers.rest():
            yield from self._piece(piece)
        if self._cited:
            # Behind the closing line of fenced code a marker would open it again.
            gap = "\n\n" if _FENCE_AT_END.search(self._said) else ""
            markers = "".join(f"[{number}]" for number in dict.fromkeys(cited.number for cited in self._cited))
            self._said += gap + markers
            yield TextDelta(gap + markers)
            yield from self._cited
            self._cited = []

    def finished(self) -> Finished:
        """How it ended, now that nothing more comes. Raises `GeneratorFault` when that was no proper end."""
        fault = fault_of_ending(self._stop_reason)
        detail = self._detail or self._stop_reason or "the reply ended in the middle"
        if not self._has_begun:
            fault, detail = Fault.SERVER_ERROR, "the reply is no stream of events"
        elif fault is None and not self._said:
            fault, detail = Fault.SERVER_ERROR, "the answer is empty"
        if fault is not None:
            raise GeneratorFault(fault, detail, input_tokens=self.input_tokens, output_tokens=self.output_tokens)
        return Finished(self._stop_reason or "", self.input_tokens, self.output_tokens)

    def _end(self, delta: object) -> None:
        match delta:
            case {"stop_reason": str(reason), "stop_details": {"category": str(category)}}:
                self._stop_reason, self._detail = reason, f"{reason}: {category}"
            case {"stop_reason": str(reason)}:
                self._stop_reason = reason

    def _count(self, told: object) -> None:
        """Counts are totals so far; servers leave out what they do not know."""
        match told:
            case {"usage": dict(usage)}:
                counts = {name: count for name, count in usage.items() if isinstance(count, int)}
                self.input_tokens = sum(counts.get(name, 0) for name in _READ) or self.input_tokens
                self.output_tokens = counts.get("output_tokens", 0) or self.output_tokens

    def _text(self, text: str) -> Iterator[GeneratorEvent]:
        # A server may write anything, and the answer must still be kept and shown.
        for piece in self._markers.feed(storable(text)):
            yield from self._piece(piece)

    def _piece(self, piece: str | int) -> Iterator[GeneratorEvent]:
        if isinstance(piece, int):
            marker = f"{self._space}[{piece}]"
            self._said += marker
            self._space, self._marked = "", True
            yield TextDelta(marker)
            yield self._nearest(self._numbered[piece])
            return
        text = self._space + piece if self._said else piece.lstrip()
        words = text.rstrip()
        self._space = text[len(words) :]
        if words:
            self._remember(words)
            yield TextDelta(words)

    def _remember(self, words: str) -> None:
        self._said = (self._said + words)[-_REMEMBERED:]
        if self._marked and _WORD.search(_UNKNOWN_MARKER.sub("", words)):
            self._since_marker, self._marked = "", False
        self._since_marker = (self._since_marker + words)[-_REMEMBERED:]

    def _nearest(self, source: Source) -> Cited:
        """The sentence of the source that the sentence before the marker is most like."""
        claims = [part for part in _SENTENCE_END.split(self._since_marker) if part.strip(" \t.。!！?？*_-")]
        found = nearest(claims[-1], source.sentences) if claims else None
        at = source.best if found is None else found
        return Cited(source.number, at, at + 1)

    def _note(self, citation: object) -> None:
        """Keeps a citation that points at sentences we sent, with the very text we sent."""
        match citation:
            case {
                "type": "search_result_location",
                "search_result_index": int(index),
                "start_block_index": int(first),
                "end_block_index": int(last),
                "cited_text": str(text),
            } if 0 <= index < len(self._sources):
                source = self._sources[index]
                cited = Cited(source.number, first, last)
                sent = "".join(prompts.blocks(source)[max(0, first) : last])
                is_ours = 0 <= first < last and "".join(sent.split()) == "".join(text.split())
                if sent and is_ours and cited not in self._cited:
                    self._cited.append(cited)
