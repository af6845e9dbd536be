"""The page that everything is compared with: one text field and one line, in the app's frame.

Its button trains, so that the page can be timed while a training runs in the same app.
"""

from __future__ import annotations

import streamlit as st

from engine.playground.experiment import Config
from engine.runs.service import executor

text = st.text_input("Text")
st.write("You wrote", text)
if st.button("Train"):
    executor().start(Config(seeds=1, epochs=2000, batch_size=4, seed=int(text)))
