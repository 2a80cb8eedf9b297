"""Every document that is generated from the knowledge."""

from __future__ import annotations

from pathlib import Path

from sls_leastpriv.maintain import coverage, fallback_document, framework_document, plugin_document


def generated_documents() -> dict[Path, str]:
    """Path below the repository → the text that belongs there."""
    return {
        coverage.DOCUMENT: coverage.coverage_text(),
        fallback_document.DOCUMENT: fallback_document.fallback_text(),
        framework_document.DOCUMENT: framework_document.framework_text(),
        plugin_document.DOCUMENT: plugin_document.plugins_text(),
    }
