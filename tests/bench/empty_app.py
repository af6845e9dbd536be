"""The empty page, run as `streamlit_app.py` runs the real ones: in the same frame, with the workers beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from engine.runs.service import executor
from pages.kit.sockets import send_at_once


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start the workers, and end them."""
    send_at_once()
    executor().warm_up()
    yield
    executor().close()


app = st.App("empty_router.py", lifespan=lifespan)
