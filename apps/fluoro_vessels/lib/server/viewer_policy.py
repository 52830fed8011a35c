"""What a browser lets the viewer do, as a Content Security Policy.

It refuses every request that would leave this server, and every script that is not one of its files or
one of those that its page had when the server started. The viewer's image decoders make functions from
text, so 'unsafe-eval' cannot go; its styles are written into its elements, so their 'unsafe-inline' cannot.
"""

import base64
import hashlib
import re
from typing import Final

_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
"""A script that is written into a page; those that name a file have attributes."""


def policy_for(page: str = "") -> str:
    """Return the policy of a page of the viewer, or of a file where there is none.

    Args:
        page: The page's HTML.
    """
    own = "".join(f" '{_hash(script)}'" for script in _INLINE.findall(page))
    return (
        f"default-src 'self'; script-src 'self'{own} 'unsafe-eval' blob:; worker-src 'self' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'self'"
    )


def _hash(script: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
