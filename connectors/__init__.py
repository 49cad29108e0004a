"""Where data comes from and is kept: tables, engines, imports, state. Never imports streamlit."""

__version__ = "0.1.0"
