"""The store of one batch: ``formscan.db`` in the output folder, or a schema on a server.

One writer: the process that holds the lock of ``OUT``. Each page is one transaction, so a kill
loses at most the pages in flight.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from types import MappingProxyType, TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, select

from formscan.errors import TemplateError
from formscan.page import BY_HAND, ByHand, PageRef
from formscan.reading import PageOutcome
from formscan.store.codec import dump_outcome, load_outcome
from formscan.store.engine import telling
from formscan.store.grouping import NO_BYTES, bytes_key, group_key, groups_together
from formscan.store.naming import name_apart
from formscan.store.noting import note_page
from formscan.store.read_with import ReadWith
from formscan.store.schema import meta, outcomes, pages, templates
from formscan.templates.model import Template

__all__ = ["FORGOTTEN", "Member", "Store"]

_AGAIN = frozenset({"worker_died", "internal_error"})
"""Reasons that may have been the computer's (memory, a kill): the next run reads the page anew."""

FORGOTTEN = "forgotten"
"""``setup_sha256`` of an outcome that must never be made again."""

Member = tuple[PageRef, str]
"""A page picture and the key of its bytes."""


class Store:
    """What one batch knows. Close it, or use it as a context manager.

    Attributes:
        where: The database file, or the address of the server.
    """

    def __init__(
        self, where: str, engine: Engine, scratch: TemporaryDirectory[str] | None = None
    ) -> None:
        """``scratch``: a folder that goes when the store is closed."""
        self.where = where
        self._engine = engine
        self._scratch = scratch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
        if self._scratch is not None:
            self._scratch.cleanup()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of its own; what the database refuses is told with a remedy."""
        with telling(self.where), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction that only reads, all of it as it stood at one moment."""
        with telling(self.where), self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":  # the driver would begin at the first write
                connection.exec_driver_sql("BEGIN")
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def outside_transaction(self) -> Iterator[Connection]:
        """A connection whose statements count at once, for what cannot be in a transaction."""
        with telling(self.where), self._engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def meta(self, name: str) -> str:
        """A remembered setting of the batch, "" where there is none."""
        with self.transaction() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.name == name)) or ""

    def set_meta(self, name: str, value: str) -> None:
        """Remember a setting of the batch."""
        with self.transaction() as connection:
            connection.execute(meta.delete().where(meta.c.name == name))
            connection.execute(meta.insert().values(name=name, value=value))

    def add_templates(self, added: Iterable[Template]) -> None:
        """Keep the templates that pages of this batch are read with.

        Raises:
            TemplateError: A (form, version) is kept here with another hash.
        """
        with self.transaction() as connection:
            query = select(templates.c.form, templates.c.version, templates.c.sha256)
            kept = {(form, version): sha256 for form, version, sha256 in connection.execute(query)}
            for template in added:
                sha256 = template.sha256()
                known = kept.setdefault((template.form, template.version), sha256)
                if known != sha256:
                    raise TemplateError(template.form, (_CHANGED.format(version=template.version),))
                connection.execute(templates.delete().where(templates.c.sha256 == sha256))
                connection.execute(
                    templates.insert().values(
                        sha256=sha256,
                        form=template.form,
                        version=template.version,
                        body=zlib.compress(
                            template.model_dump_json(exclude_defaults=True).encode()
                        ),
                    )
                )

    def templates(self) -> tuple[Template, ...]:
        """Every template kept, by form and version."""
        with self.transaction() as connection:
            bodies = connection.scalars(select(templates.c.body)).all()
        kept = (Template.model_validate_json(zlib.decompress(body)) for body in bodies)
        return tuple(sorted(kept, key=lambda one: (one.form, one.version)))

    def known(
        self, read_with: ReadWith, by_hand: Mapping[tuple[str, int], ByHand] = MappingProxyType({})
    ) -> frozenset[tuple[str, int]]:
        """(sha256, frame) of every picture whose outcome is as good as reading it again.

        Args:
            read_with: With what it would be read.
            by_hand: (sha256, frame) to what people say of a picture by now.
        """
        setup = read_with.sha256()
        with self.transaction() as connection:
            columns = outcomes.c
            rows = connection.execute(
                select(
                    columns.bytes_key,
                    columns.frame,
                    columns.status,
                    columns.setup_sha256,
                    columns.template_sha256,
                    columns.readers,
                )
            ).all()
        return frozenset(
            (key, frame)
            for key, frame, status, made_with, template, readers in rows
            if made_with == FORGOTTEN
            or (
                not key.startswith(NO_BYTES)
                and _mark(readers) == (said.mark() if (said := by_hand.get((key, frame))) else "")
                and (
                    made_with == setup
                    or (
                        status == "ok"
                        and readers.removesuffix(_mark(readers)) == read_with.readers
                        and template in read_with.templates
                    )
                )
            )
        )

    def save(self, outcome: PageOutcome, read_with: ReadWith, follows: str = "") -> None:
        """Keep what was learned from a page, in one transaction; an older outcome is replaced.

        Args:
            outcome: Of one page picture.
            read_with: With what it was made.
            follows: Serial of the same form that the page says it continues, if another than
                its own.
        """
        ref, key = outcome.ref, bytes_key(outcome.ref)
        with self.transaction() as connection:
            connection.execute(
                outcomes.delete().where(outcomes.c.bytes_key == key, outcomes.c.frame == ref.frame)
            )
            connection.execute(
                outcomes.insert().values(
                    bytes_key=key,
                    frame=ref.frame,
                    status=outcome.status,
                    setup_sha256="" if outcome.reason in _AGAIN else read_with.sha256(),
                    template_sha256=outcome.template_sha256,
                    readers=outcome.readers,
                    group_key=group_key(outcome),
                    body=dump_outcome(outcome),
                    follows=follows,
                )
            )
            note_page(connection, ref)

    def note(self, refs: Iterable[PageRef]) -> list[PageRef]:
        """Note the page pictures of a run.

        Returns:
            The same, under names that mean one file each in all runs of the batch.
        """
        with self.transaction() as connection:
            files = select(pages.c.scan, pages.c.sha256, pages.c.path).distinct()
            named = name_apart(refs, (tuple(row) for row in connection.execute(files)))
            for ref in named:
                note_page(connection, ref)
        return named

    def groups(self) -> Iterator[list[PageOutcome]]:
        """Outcomes in groups that cannot touch each other, in order of their first scan.

        Pages that claim one serial stand in one group, with the loose sheets that say they
        continue it; every other picture in its own, together with its duplicates. Only one group
        is in memory at a time.
        """
        for members in self.members().values():
            yield self.load(members)

    def members(self) -> dict[str, tuple[Member, ...]]:
        """Name of each group to its pages, in order of their first scan."""
        query = select(
            pages.c.scan,
            pages.c.frame,
            pages.c.sha256,
            pages.c.path,
            pages.c.bytes_key,
            outcomes.c.group_key,
            outcomes.c.follows,
        ).join(
            outcomes,
            (outcomes.c.bytes_key == pages.c.bytes_key) & (outcomes.c.frame == pages.c.frame),
        )
        with self.transaction() as connection:
            rows = sorted(tuple(row) for row in connection.execute(query))
        lead = groups_together({(row[5], row[6]) for row in rows})
        found: dict[str, list[Member]] = defaultdict(list)
        for scan, frame, sha256, path, key, group, _ in rows:
            found[lead[group]].append((PageRef(path, frame, scan, sha256), key))
        return {group: tuple(members) for group, members in found.items()}

    def load(self, members: Iterable[Member], *, glyphs: bool = True) -> list[PageOutcome]:
        """The outcomes of the pages of one group, see ``load_outcome``."""
        with self.transaction() as connection:
            found = [self._outcome(connection, ref, key, glyphs) for ref, key in members]
        return [outcome for outcome in found if outcome is not None]

    def load_one(self, ref: PageRef) -> PageOutcome:
        """The outcome of one picture of the batch; KeyError for a picture that it does not know."""
        found = self.load([(ref, bytes_key(ref))])
        if not found:
            raise KeyError(ref.scan)
        return found[0]

    def outcomes(self, *, glyphs: bool = False) -> Iterator[PageOutcome]:
        """Every outcome, group by group, with the embeddings of its glyphs or without."""
        for members in self.members().values():
            yield from self.load(members, glyphs=glyphs)

    @staticmethod
    def _outcome(
        connection: Connection, ref: PageRef, key: str, glyphs: bool
    ) -> PageOutcome | None:
        body = connection.scalar(
            select(outcomes.c.body).where(
                outcomes.c.bytes_key == key, outcomes.c.frame == ref.frame
            )
        )
        return None if body is None else load_outcome(body, ref, glyphs=glyphs)


def _mark(readers: str) -> str:
    """What a person said of a picture when its outcome was made, see ``ByHand.mark``."""
    _, found, digest = readers.partition(BY_HAND)
    return found + digest


_CHANGED = (
    "version {version} was changed since this --out folder was made; give the form a new version, "
    "or take a new --out folder"
)
