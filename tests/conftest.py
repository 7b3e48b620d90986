"""Settings of the whole test run.

Hypothesis has three profiles; CRM_ROI_HYPOTHESIS=dev, ci (the default) or thorough chooses. No test has a
deadline: what is slow is the machine's matter, and `ci` draws the same examples every time.
"""

import os

from hypothesis import settings

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("CRM_ROI_HYPOTHESIS", "ci"))
