# The app in a container: docker build -t playground . && docker run -p 8501:8501 playground
FROM python:3.12-slim

RUN useradd --create-home learner
WORKDIR /app
COPY requirements-base.txt requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=learner . .
USER learner
# Computed runs live here; mount a volume to keep them.
ENV PLAYGROUND_CACHE=/home/learner/cache
EXPOSE 8501
HEALTHCHECK --interval=30s --start-period=60s \
    CMD python -c "import urllib.request as u; u.urlopen('http://localhost:8501/_stcore/health', timeout=5)"
CMD ["streamlit", "run", "streamlit_app.py", "--server.address", "0.0.0.0", "--browser.serverAddress", "localhost"]
