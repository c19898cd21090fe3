"""`make drill`: a fresh Debian in namespaces of its own is brought to a running production by following the page."""
