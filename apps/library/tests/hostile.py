"""What nobody means well with."""

HOSTILE = """<script>alert(1)</script>"><img src=x onerror=alert(1)> [x](javascript:alert(1))"""

HOSTILE_NAMES = [
    "../../../etc/passwd",
    "..\\..\\windows\\system32\\config.txt",
    "/etc/cron.d/evil.md",
    "C:\\Users\\x\\evil.md",
    "file\0.pdf.md",
    "CON",
    "NUL.md",
    "aux.txt:stream",
    "x" * 4096 + ".md",
    "字" * 2000 + ".md",
    "\u202egnp.exe.md",
    "\u2066hidden\u2069.md",
    "name\r\nSet-Cookie: a=b.md",
    "-rf.md",
    "~root.md",
    "$(touch evil).md",
    "`id`.md",
    "%2e%2e%2fetc%2fpasswd.md",
    "..",
    ".",
    "",
    "   ",
    "<script>alert(1)</script>.md",
    '"; filename="x.html.md',
    "\ud800.md",
]
