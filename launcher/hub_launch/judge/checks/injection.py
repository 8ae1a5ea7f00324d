"""Text that speaks to the model instead of the reader: descriptions end up in the context of assistants.

A person decides: the same words may describe a server that guards against them.
"""

import re
import unicodedata
from collections.abc import Iterator

from hub_launch.judge.checks.parts import label
from hub_launch.judge.checks.strings import strings_of
from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.registry import Source

# What attacks on tool descriptions have in common, as published ones are worded. Gaps are bounded, so that a long
# text takes linear time.
_PHRASES = (
    r"\b(ignore|disregard|forget|override|bypass)\b.{0,30}\b(previous|prior|above|earlier|other|all|system|your)\b"
    r".{0,20}\b(instruction|prompt|message|rule|guideline|direction)s?\b",
    r"\b(do not|don't|never|must not|without)\s(\w+\s){0,2}?(tell|telling|inform|informing|mention|mentioning|reveal|"
    r"revealing|ask|asking|notify|notifying|show|showing|warn|warning)\b.{0,30}\b(the |your )?users?\b",
    r"\b(before|instead of|after) (using|calling|running|you use|you call)( any| every| all)? other tools?\b",
    r"\balways (call|use|invoke|run) this (tool|server) (first|before)\b",
    r"\byou (must|should|have to) (always |first |immediately )?(call|use|invoke|read|send|include|append|pass)\b",
    r"\b(you are now|from now on,? you|act as (a|an|the) (system|assistant|admin|root|developer))\b",
    r"\b(new|updated|hidden|secret|important|additional) (system )?instructions?"
    r"( for (the )?(assistant|model|ai|llm))?\s?:",
    r"\b(note|message|instructions?) (to|for) (the |any )?(assistant|ai|llm|model|agent)s?\b",
    r"\bsystem prompt\b",
    r"</?\s?(system|important|instructions?|assistant|secret|admin|hidden|tool_call|function_calls?)\b[^>]{0,40}>",
    r"<\|?(im_start|im_end|endoftext|system|user|assistant)\|?>|\[/?inst\]|<<sys>>",
)
_INJECTION = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES))
_SPACE = re.compile(r"\s+")


def check(source: Source) -> Iterator[Finding]:
    """No text reads like an instruction to a model."""
    for place, text in strings_of(source.loaded.document):
        found = instruction_in(text)
        if found:
            message = f"{label(place)}: {quoted(found)} reads like an instruction to a model"
            hint = "describe the server to people; a reviewer decides"
            yield source.loaded.finding(place, "model-instruction", message, hint, severity=Verdict.REVIEW)


def instruction_in(text: str) -> str:
    """The part of `text` that reads like an instruction to a model, in small letters; empty if there is none."""
    # Shorter ones say nothing to anybody; most values are names and versions.
    found = _INJECTION.search(_plain(text)) if " " in text or "<" in text or "[" in text else None
    return found[0] if found else ""


def _plain(text: str) -> str:
    """`text` without case, without styled letters and with single spaces."""
    return _SPACE.sub(" ", (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold())
