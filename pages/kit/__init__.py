"""The only Streamlit code that pages share: head, controls, scenes, run view, stage, code, downloads."""
