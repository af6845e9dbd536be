"""Entry point: `streamlit run streamlit_app.py`.

Holds the app object, the lifetime of the workers and the address of the stage's scripts; what people see
starts in `pages/router.py`, which lies in `pages/` so that Streamlit's own `pages/` convention stays off.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from engine.runs.service import executor
from pages.kit.sockets import send_at_once
from pages.kit.stage_files import stage_route


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Warm the workers up while the first visitor reads, and leave none behind."""
    send_at_once()
    executor().warm_up()
    yield
    executor().close()


app = st.App("pages/router.py", lifespan=lifespan, routes=[stage_route()])
