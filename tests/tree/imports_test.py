"""portico.exe is one file: it imports only DLLs that every Windows has, Nano Server too; and has its manifest.

    imports_test.py OBJDUMP PROGRAM.exe
"""

import pathlib
import re
import subprocess
import sys

SYSTEM = {"advapi32", "bcrypt", "crypt32", "kernel32", "msvcrt", "mswsock", "ntdll", "ucrtbase", "ws2_32"}
# With one of these loaded, Windows calls no console handler at a shutdown: `docker stop` would not be noticed.
DEAFENING = {"gdi32", "user32"}


def strangers(listing):
    """The imported DLLs, as `objdump -p` lists them, that are not the system's."""
    imported = {name.lower() for name in re.findall(r"DLL Name: (\S+?)\.dll", listing, re.IGNORECASE)}
    assert "kernel32" in imported, "no list of imports"
    return {name for name in imported - SYSTEM if not name.startswith("api-ms-win-")}


objdump, program = sys.argv[1:]
listing = subprocess.run([objdump, "-p", program], capture_output=True, text=True, check=True).stdout
assert strangers(listing + "DLL Name: libstdc++-6.dll\n") == {"libstdc++-6"}, "the check itself sees nothing"
assert not DEAFENING & SYSTEM and strangers(listing + "DLL Name: USER32.dll\n") == {"user32"}, "USER32.dll is accepted"
if b">UTF-8</activeCodePage>" not in pathlib.Path(program).read_bytes():
    sys.exit(f"{program} has no manifest: names of files would be in the code page of the system")
if strangers(listing):
    sys.exit(f"{program} imports {', '.join(sorted(strangers(listing)))}")
