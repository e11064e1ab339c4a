"""LibreOffice at work: a workbook opened, cells typed, saved, by a macro in a profile of its own.

In: a workbook and what is typed into its cells. Out: the workbook as LibreOffice saved it. Nothing but the processes
started here is ever ended, and those after a while.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path

#: sheet, header of the column, line, what is typed
Typed = tuple[str, str, int, str]
_SECONDS = 90
_XLSX = "Calc MS Excel 2007 XML"
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Clerk"/></library:library>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Clerk" script:language="StarBasic">{code}
</script:module>
"""
_CODE = """
Dim document As Object

Sub Main
  Dim opened(0) As New com.sun.star.beans.PropertyValue
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  opened(0).Name = "Hidden"
  opened(0).Value = True
  saved(0).Name = "FilterName"
  saved(0).Value = {format}
  document = StarDesktop.loadComponentFromURL({source}, "_blank", 0, opened())
{typing}
  document.storeToURL({target}, saved())
  document.close(True)
End Sub

Sub Enter(sheet As String, header As String, line As Long, written As String)
  page = document.Sheets.getByName(sheet)
  place = 0
  Do Until page.getCellByPosition(place, 0).String = header
    place = place + 1
    If place > 200 Then Err.Raise 9
  Loop
  cell = page.getCellByPosition(place, line - 1)
  kind = document.NumberFormats.getByKey(cell.NumberFormat).Type
  ' what is typed into a cell of texts stays as it is, anything else is read
  If (kind And com.sun.star.util.NumberFormat.TEXT) <> 0 Then
    cell.setString(written)
  Else
    cell.setFormula(written)
  End If
End Sub
"""


def office() -> str | None:
    """The program, where it is installed."""
    return shutil.which("soffice")


def run_office(folder: Path, *arguments: str) -> None:
    """Run it with the profile of a folder. Raises TimeoutExpired where it does not end by itself."""
    program = office()
    assert program is not None
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        *arguments,
    ]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def fill_in(source: Path, target: Path, cells: Sequence[Typed], folder: Path) -> None:
    """Open a workbook, type into cells what a clerk would, and save it as another."""
    typing = "\n".join(
        f"  Enter({_text(sheet)}, {_text(header)}, {line}, {_text(written)})" for sheet, header, line, written in cells
    )
    code = _CODE.format(
        format=_text(_XLSX),
        source=_text(source.absolute().as_uri()),
        target=_text(target.absolute().as_uri()),
        typing=typing,
    )
    # the first start makes the profile, and would write over what is there
    run_office(folder, "--terminate_after_init")
    macros = folder / "profile/user/basic/Standard"
    (macros / "Clerk.xba").write_text(_MODULE.format(code=escape(code, quote=False)), encoding="utf-8")
    (macros / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    run_office(folder, "macro:///Standard.Clerk.Main()")


def _text(text: str) -> str:
    """A text as Basic has it."""
    return '"' + text.replace('"', '""') + '"'
