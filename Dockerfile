# One image for every role: migrate, web and the workers differ only in their command.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KOTOGURA_DATA_DIR=/data

# The server process owns its data and nothing else.
RUN useradd --system --uid 10001 --create-home kotogura \
    && install -d -o kotogura -g kotogura /data

WORKDIR /app

# Dependencies first: they change less often than the code.
COPY requirements.lock requirements-morphology.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
# docker compose build --build-arg WITH_MORPHOLOGY=1
ARG WITH_MORPHOLOGY=
RUN if [ -n "$WITH_MORPHOLOGY" ]; then \
      pip install --no-cache-dir --require-hashes -r requirements-morphology.lock; fi

COPY manage.py pyproject.toml ./
COPY tools ./tools
COPY corpora ./corpora
COPY curation ./curation
COPY templates ./templates
RUN python -m tools.messages compile && python -m compileall -q corpora curation

USER kotogura
VOLUME /data
EXPOSE 8000

# The login page needs the code, the templates and the database.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/login/', timeout=4)"]

CMD ["python", "-m", "gunicorn", "curation.wsgi:application", "-b", "0.0.0.0:8000", \
     "-k", "gthread", "--threads", "16", "--graceful-timeout", "5", "--timeout", "120", \
     "--log-level", "warning", "--no-control-socket"]
