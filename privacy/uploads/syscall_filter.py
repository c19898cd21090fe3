"""Leaves a Linux process nothing but its memory and what it has open: no file, network or program (runs apart).

Even a fault in a decoder that lets a hostile file run its own code then gains nothing: the kernel refuses each call
that is not listed here (seccomp, mode 2, as in linux/seccomp.h and linux/bpf_common.h). It cannot be undone.
"""

import ctypes
import platform
import struct

# What reading, computing, writing and ending need: the number of each call on x86-64 and on aarch64 (asm/unistd.h).
CALLS = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "brk": (12, 214),
    "madvise": (28, 233),
    "futex": (202, 98),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "restart_syscall": (219, 128),
    "sched_yield": (24, 124),
    "getpid": (39, 172),
    "getrandom": (318, 278),
    "clock_gettime": (228, 113),
    "gettimeofday": (96, 169),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
# Each machine as the kernel names it (linux/audit.h), and which of the two numbers is its own.
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# Instructions of the filter, where it reads, and what it answers.
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1  # 1 is EPERM
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER_MODE = 38, 22, 2


def shut_doors() -> bool:
    """Install the filter for this thread and whatever it starts; False where this system has no such filter."""
    if platform.system() != "Linux" or platform.machine() not in MACHINES:
        return False
    name, which = MACHINES[platform.machine()]
    steps = steps_for(name, [numbers[which] for numbers in CALLS.values()])
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    # struct sock_fprog: a length and, aligned, a pointer.
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(code)))
    kernel = ctypes.CDLL(None)
    if kernel.prctl(_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)):
        return False
    return not kernel.prctl(_SECCOMP, ctypes.c_ulong(_FILTER_MODE), program)


def steps_for(machine: int, numbers: list[int]) -> list[tuple[int, int, int, int]]:
    """The filter's program: (what to do, steps to skip if so, steps to skip if not, value)."""
    count = len(numbers)
    return [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_JUMP_IF_EQUAL, 0, count + 1, machine),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((_JUMP_IF_EQUAL, count - at, 0, number) for at, number in enumerate(numbers)),
        (_RETURN, 0, 0, REFUSE),
        (_RETURN, 0, 0, ALLOW),
    ]
