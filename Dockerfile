# One image for the app, the worker and the migration; the database is PostGIS's own image.
FROM python:3.11-slim-bookworm

RUN useradd --create-home phusong
WORKDIR /srv/phusong

# The lock first: the layer is made again only when a dependency changes.
COPY requirements/app.txt requirements/
RUN pip install --no-cache-dir --require-hashes --requirement requirements/app.txt

COPY pyproject.toml README.md alembic.ini ./
COPY coverage coverage
COPY api api
COPY maps maps
COPY migrations migrations
# The package is installed editable: it is an application, and shares a name with coverage.py.
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && install --directory --owner=phusong var \
    && install --directory --owner=phusong --mode=700 var/keys

USER phusong
EXPOSE 8000
CMD ["phusong", "serve"]
