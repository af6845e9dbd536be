"""The few rules of appearance that Streamlit has no option for; everything else is in `.streamlit/config.toml`."""

from __future__ import annotations

import streamlit as st

_RULES = """
/* Side padding of the main column, and room for the bench: Streamlit offers top and bottom only. */
[data-testid="stMainBlockContainer"] { padding-left: 1.75rem; padding-right: 1.75rem; }

/* Head row: title and claim share a line, the scenes stand at the right. */
.st-key-head h1 { padding: 0; white-space: nowrap; }
.st-key-head [data-testid="stMarkdownContainer"] p { margin: 0; }

/* Bench: a slim strip of controls with a hairline at its right; the stage takes the rest. */
.st-key-strip { border-right: 1px solid var(--st-border-color, rgba(128, 128, 128, .25)); padding-right: 1.1rem;
  min-height: max(540px, min(840px, 100dvh - 206px)); }
.st-key-strip > :last-child { margin-top: auto; }
.st-key-bench { align-items: stretch; }

/* Gallery: the whole card is the link. */
[class*="st-key-card-"] { position: relative; }
[class*="st-key-card-"] [data-testid="stElementContainer"]:has(a) { position: static; }
[class*="st-key-card-"] img { border-radius: 6px; }
[class*="st-key-card-"] a { padding-left: 0; padding-right: 0; }
[class*="st-key-card-"] a:hover { background: none; text-decoration: underline; }
[class*="st-key-card-"] a::after { content: ""; position: absolute; inset: 0; z-index: 1; }
[class*="st-key-chapter-"] { border-top: 1px solid var(--st-border-color, rgba(128, 128, 128, .25));
  padding-top: .8rem; }

@media (min-width: 1200px) { .st-key-head { flex-wrap: nowrap; } }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
  .st-key-bench { flex-direction: column; }
  .st-key-bench > .st-key-strip, .st-key-bench > :has(> .st-key-strip) { order: 2; width: 100% !important; }
  .st-key-strip { border-right: 0; min-height: 0; padding-right: 0; width: 100% !important; }
  .st-key-head h1 { white-space: normal; }
}
"""


def apply_look() -> None:
    """Add the rules above to the page; call once a run, before anything is drawn."""
    st.html(f"<style>{_RULES}</style>")


def is_dark() -> bool:
    """Return True when the visitor looks at the dark appearance."""
    return st.context.theme.type == "dark"
