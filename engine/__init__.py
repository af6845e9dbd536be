"""Everything that happens behind the pages: trainings, runs, data, models and pictures.

Nothing here imports Streamlit, so every part can be used from a notebook or a test.
"""
