"""Expressions into trees of tokens: elementpath's XPath 1.0 grammar with ODK's function names."""

from __future__ import annotations

import difflib
import re

from elementpath import ElementPathError, XPath1Parser
from elementpath.tdop import Parser
from elementpath.xpath_tokens import XPathToken

from formscan.errors import Sentence, TemplateError, told
from formscan.xpath.functions import FUNCTIONS

__all__ = ["CURRENT_VARIABLE", "token_tree"]

CURRENT_VARIABLE = "current"
"""XPath 1.0 allows no path to start with a call: ``current()/x`` is parsed as ``$current/x``."""

_STRINGS = re.compile(r"'[^']*'|\"[^\"]*\"")
_CALLS = re.compile(r"([A-Za-z_][\w.:-]*)\s*\(")
_CURRENT = re.compile(r"""('[^']*'|"[^"]*")|\bcurrent\(\s*\)""")
_LONGEST = 8000
_DEEPEST = 100
_MOST_TOLD = 20
_TOO_DEEP = told("xpath.deep")
_NOT_CALLS = frozenset({"and", "or", "div", "mod"})


class OdkParser(XPath1Parser):
    """XPath 1.0 with the functions of ``FUNCTIONS``; their arguments are counted here."""


for _name in ("id", "lang", "name", "local-name", "namespace-uri", "substring", *FUNCTIONS):
    OdkParser.symbol_table.pop(_name, None)
for _name, (_, _fewest, _most) in FUNCTIONS.items():
    OdkParser.function(_name, nargs=_fewest if _fewest == _most else (_fewest, _most))
OdkParser.build()


def token_tree(text: str) -> XPathToken:
    """Parse an expression.

    Raises:
        TemplateError: It calls an unknown function, with its name, is not XPath, or is so long
            or deep that it could not be evaluated.
    """
    if len(text) > _LONGEST:
        problem = told("xpath.long", length=len(text), most=_LONGEST)
        raise TemplateError(text[:60], (problem,))
    called = _CALLS.findall(_STRINGS.sub("''", text))
    unknown = sorted({name for name in called if name not in FUNCTIONS and name not in _NOT_CALLS})
    if unknown:
        raise TemplateError(text, tuple(map(_unknown, unknown[:_MOST_TOLD])))
    parser = OdkParser()
    try:
        # Not XPath1Parser.parse, which would evaluate constants with its own functions.
        tree: XPathToken = Parser.parse(parser, _with_variable(text))
    except ElementPathError as error:
        raise TemplateError(text, (told("xpath.syntax", why=error),)) from error
    except RecursionError as error:
        raise TemplateError(text[:60], (_TOO_DEEP,)) from error
    if _depth(tree) > _DEEPEST:
        raise TemplateError(text[:60], (_TOO_DEEP,))
    return tree


def _unknown(name: str) -> Sentence:
    like = difflib.get_close_matches(name[:64], FUNCTIONS, n=1)
    near = told("definition.near", name=f"{like[0]}()") if like else ""
    return told("xpath.function", name=name, near=near)


def _depth(tree: XPathToken) -> int:
    """Levels of a tree, counted without recursion."""
    level, depth = [tree], 0
    while level:
        level = [child for token in level for child in token]
        depth += 1
    return depth


def _with_variable(text: str) -> str:
    return _CURRENT.sub(lambda found: found[1] or f"${CURRENT_VARIABLE}", text)
