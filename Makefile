# Il ne faut que Python ≥ 3.11, make et les registres de paquets. `make` seul dit ce qu'on peut faire.

# Le Python de la machine, cherché seulement quand une cible en a besoin. Pour en choisir un : make demo PYTHON=…
PYTHON = $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)

PY := .venv/bin/python
ARGS ?=

.DEFAULT_GOAL := aide
.PHONY: aide demo test perf format pwa api verrous verifier env env-dev

aide: ## dit ce qu'on peut faire
	@echo "Tablées — les commandes de la maison :"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/  make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: env ## installe, construit et sert une année d'exemple sur http://localhost:8000
	@.venv/bin/tablees demo $(ARGS)

test: env-dev ## vérifie tout et lance tous les essais (ARGS="-k liste -x" pour choisir)
	@$(PY) -m outils.essais $(ARGS)

verifier: env-dev ## style, types, TypeScript et couches, sans les essais
	@$(PY) -m outils.essais --sans-essais

perf: env-dev ## mesure les débits, la mémoire et le démarrage
	@$(PY) -m outils.perf $(ARGS)

format: env-dev ## met en forme le Python et range les imports
	@.venv/bin/ruff check --quiet --fix-only server tests outils hatch_build.py
	@.venv/bin/ruff format server tests outils hatch_build.py

pwa: env-dev ## reconstruit la PWA, même à jour
	@$(PY) hatch_build.py --force

api: env-dev ## renouvelle pwa/src/api/schema.d.ts depuis l'OpenAPI du serveur
	@$(PY) -m outils.api

verrous: env-dev ## renouvelle requirements*.txt et package-lock.json
	@$(PY) -m outils.verrous

env:
	@$(exiger-python)
	@$(PYTHON) -m outils.environnement

env-dev:
	@$(exiger-python)
	@$(PYTHON) -m outils.environnement --dev

define exiger-python
if [ -z "$(PYTHON)" ]; then \
	echo "Tablées demande Python 3.11 ou plus. Ici : $$(python3 --version 2>&1 || echo 'aucun python3')." >&2; \
	echo "Installez-en un (Debian 12, Ubuntu 24.04 : apt install python3 python3-venv), puis recommencez." >&2; \
	exit 1; \
fi
endef
