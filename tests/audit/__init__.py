"""The independent checkers behind `make audit`: each looks at the whole running site, none is part of `make test`."""
