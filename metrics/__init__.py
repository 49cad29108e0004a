"""What numbers mean: metrics, the questions asked of them, and their answers."""

from metrics.access import Access, load_access
from metrics.answer import Result, run
from metrics.catalogue import METRICS
from metrics.compile import Note
from metrics.dimensions import DIMENSIONS, OTHER, UNKNOWN
from metrics.query import Query

__all__ = [
    "DIMENSIONS",
    "METRICS",
    "OTHER",
    "UNKNOWN",
    "Access",
    "Note",
    "Query",
    "Result",
    "load_access",
    "run",
]
