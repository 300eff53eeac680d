"""The closer look: a small transformer that reads again what the rules or the quick reader noticed.

It sees what is meant where words differ; it costs milliseconds, so it looks at few messages.
"""

import os

# Its products are small: a second thread helps little on an idle machine, and on a busy one they wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
