"""ODK XPath: the one rule language of phone and paper.

``parse`` once, evaluate on many records. Expressions are those that pyxform leaves in the binds
of an XForm.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from datetime import date

from elementpath.xpath_tokens import XPathToken

from formscan.errors import TemplateError, told
from formscan.xpath.compiler import compile_token
from formscan.xpath.convert import to_boolean, to_text
from formscan.xpath.cost import MOST_STEPS, steps
from formscan.xpath.functions import FUNCTIONS, Thunk
from formscan.xpath.references import Reference, references
from formscan.xpath.syntax import token_tree
from formscan.xpath.tree import Context, Lookup, Node, Value

__all__ = ["FUNCTIONS", "Expression", "Lookup", "Node", "Reference", "Value", "parse"]


def no_table(_table: str, _wanted: str, _key_column: str, _key: str) -> str:
    """The lookup of expressions that call no ``pulldata``."""
    return ""


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A parsed expression.

    Attributes:
        text: As written.
        steps: What evaluating it may take, see ``formscan.xpath.cost``.
    """

    text: str
    steps: int
    _tree: XPathToken = dataclasses.field(repr=False)
    _thunk: Thunk = dataclasses.field(repr=False)

    def value(self, node: Node, as_of: date, lookup: Lookup = no_table) -> Value:
        """What it yields at ``node``."""
        return self._thunk(Context(node, as_of, lookup, node))

    def text_at(self, node: Node, as_of: date, lookup: Lookup = no_table) -> str:
        """Its value as a calculated answer: text, "" where it is no number."""
        text = to_text(self.value(node, as_of, lookup))
        return "" if text == "NaN" else text

    def holds_at(self, node: Node, as_of: date, lookup: Lookup = no_table) -> bool:
        """Whether it is true at ``node``."""
        return to_boolean(self.value(node, as_of, lookup))

    def references(self, path: str, repeat: str = "") -> frozenset[Reference]:
        """The nodes that it reads when it stands at ``path``, inside the repeat ``repeat``."""
        return references(self._tree, path, repeat)


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Parse an expression.

    Raises:
        TemplateError: It is not XPath, or uses what ODK forms cannot: an unknown function, an
            axis, a variable. ``problems`` says what.
    """
    tree = token_tree(text)
    cost = steps(tree)
    if cost > MOST_STEPS:
        raise TemplateError(text[:60], (told("xpath.steps", steps=cost, most=MOST_STEPS),))
    try:
        return Expression(text, cost, tree, compile_token(tree))
    except ValueError as error:
        raise TemplateError(text, (error.args[0],)) from error
