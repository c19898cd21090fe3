"""How much the public pages are used: first-party figures without anybody in them (promise P11.2)."""
