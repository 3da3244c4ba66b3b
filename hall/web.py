"""`python -m hall.web … hall.rsgi:application`: granian, which loads what it serves before it forks its workers.

By itself it loads the application in every worker. Loaded before the fork, its 90 MB are in memory once, and a worker
that died is there again at once (docs/performance.md). The last argument names the application, as granian has it.
"""

import gc
import sys
from importlib import import_module

from granian.cli import entrypoint

if __name__ == "__main__":
    import_module(sys.argv[-1].partition(":")[0])
    gc.collect()
    gc.freeze()  # a collection in a worker writes into no page that it shares
    entrypoint()
