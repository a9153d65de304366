"""Files kept for years (PDF/A-3b, ISO 19005-3) that carry their data, and reading it back."""

from __future__ import annotations

import io
import zlib
from datetime import datetime
from typing import Any

from models.errors import DomainError
from reports import plain
from translations import N_, Language

NAME = "report.json"
LARGEST_DATA = 64 * 1024 * 1024


class NotAPdf(DomainError):
    message = N_("This file is damaged or is not a PDF.")


class NoData(DomainError):
    message = N_("This PDF carries no data. Choose a report made by this program.")


class DamagedData(DomainError):
    message = N_("The data in this PDF cannot be read. Ask the sender for the report again.")


def archived(
    pdf: bytes,
    title: str,
    language: Language,
    *,
    attachment: tuple[str, bytes] | None = None,
    created: datetime | None = None,
    flavour: str = "3b",
) -> bytes:
    """A ReportLab PDF as PDF/A, checked after writing; flavour "1b" takes no attachment."""
    import pikepdf
    from pikepdf import pdfa

    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        _without_transitions(file)
        file.Root.Lang = pikepdf.String(language.locale.replace("_", "-"))
        _describe(file, title, created)
        if attachment:
            _attach(file, *attachment, created)
        pdfa.prepare(file, flavour)
        _date_metadata(file)
        pdfa.save(file, buffer, flavour, repair=False, deterministic_id=True)
    return buffer.getvalue()


def data_of(pdf: bytes) -> dict[str, Any]:
    """The data a report carries, its numbers exact. Raises NotAPdf, NoData or DamagedData."""
    try:
        found = plain.read(_attached(pdf))
    except plain.NotFitting as problem:
        raise DamagedData from problem
    if not isinstance(found, dict):
        raise DamagedData
    return found


def _attached(pdf: bytes) -> bytes:
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            if NAME not in file.attachments:
                raise NoData
            return _unpacked(file.attachments[NAME].get_file().obj)
    except (zlib.error, AttributeError, KeyError, TypeError, ValueError) as problem:
        raise DamagedData from problem  # a file of unknown make, and its parts of unknown kinds
    except (pikepdf.PdfError, pikepdf.PasswordError) as problem:
        raise NotAPdf from problem


def _unpacked(stream: Any) -> bytes:
    """The bytes of an attachment, refused before they fill the memory."""
    import pikepdf

    packed = bytes(stream.read_raw_bytes())
    if "/Filter" not in stream:
        return packed
    if stream.Filter not in (pikepdf.Name.FlateDecode, [pikepdf.Name.FlateDecode]):
        raise DamagedData
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(packed, LARGEST_DATA)
    if not unpacking.eof:
        raise DamagedData
    return data


def _without_transitions(file: Any) -> None:
    """ReportLab writes an empty /Trans on each page, which PDF/A refuses."""
    for page in file.pages:
        if "/Trans" in page.obj:
            del page.obj["/Trans"]


def _describe(file: Any, title: str, created: datetime | None) -> None:
    with file.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["xmp:CreatorTool"] = "Ogranak"
        if created:
            metadata["xmp:CreateDate"] = created.isoformat(timespec="seconds")
            metadata["xmp:ModifyDate"] = created.isoformat(timespec="seconds")


def _date_metadata(file: Any) -> None:
    """Put the day of the report where the clock was: the same report gives the same bytes."""
    with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        day = metadata.get("xmp:CreateDate", "2000-01-01T00:00:00+00:00")
        metadata["xmp:MetadataDate"] = day


def _attach(file: Any, name: str, data: bytes, created: datetime | None) -> None:
    import pikepdf

    day = created.strftime("D:%Y%m%d%H%M%S") if created else ""
    attached = pikepdf.AttachedFileSpec(
        file,
        data,
        filename=name,
        mime_type="application/json",
        relationship=pikepdf.Name.Data,
        creation_date=day,
        mod_date=day,
    )
    file.attachments[name] = attached
