"""``python -m timshel.interfaces.worker``: one worker process."""

from timshel.interfaces.worker.run import main

main()
