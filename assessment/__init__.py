"""The questions: a company's case, its file, and the decision that follows from it."""

from assessment.assess import assess
from assessment.loader import case_from_data, load_case

__all__ = ["assess", "case_from_data", "load_case"]
