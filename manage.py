#!/usr/bin/env python
"""Runs a command of the site."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    # Where processes share cores, threads that wait by spinning make arithmetic many times slower.
    for name, value in {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "OPENBLAS_NUM_THREADS": "1"}.items():
        os.environ.setdefault(name, value)
    from config import commands

    with commands.ready(sys.argv):
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
