"""Takes away from the process that opens files what it does not need (runs in the process apart)."""

import os
import resource
import sys

from privacy.uploads.limits import Limits
from privacy.uploads.syscall_filter import shut_doors

NICENESS = 5


def confine(limits: Limits) -> bool:
    """Bind this process for good; call once, when all is loaded. Beyond a limit it is killed or gets MemoryError.

    It cannot write a file, not even a core dump, so nothing of what it reads reaches the disk. True when it cannot open
    files, reach the network or start programs either, which needs Linux on a known machine.
    """
    os.nice(NICENESS)
    _bind(resource.RLIMIT_CORE, 0)
    _bind(resource.RLIMIT_FSIZE, 0)
    _bind(resource.RLIMIT_CPU, limits.cpu_seconds)
    if sys.platform == "linux":  # elsewhere the kernel takes no limit of the address space
        _bind(resource.RLIMIT_AS, limits.memory_bytes)
    return shut_doors()


def _bind(what: int, most: int) -> None:
    _soft, hard = resource.getrlimit(what)
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (least, least))
