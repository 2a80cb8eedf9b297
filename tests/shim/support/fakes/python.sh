#!/bin/sh
# Stands in for a Python interpreter: its settings are in the file NAME.settings beside it, its calls go to $FAKE_LOG.
#   VERSION=3.12  LACKS_VENV=1  PIP_FAILS=1  VENV_SLEEPS=1
. "$0.settings"
echo "${0##*/} $*" >> "$FAKE_LOG"
case "$*" in
  *ensurepip*) echo "$VERSION"; [ -z "$LACKS_VENV" ] || exit 3 ;;
  "-m venv "*)
    [ -z "$VENV_SLEEPS" ] || /bin/sleep 1
    /bin/mkdir -p "$3/bin"
    /bin/cp "$0" "$3/bin/python"
    /bin/cp "$0.settings" "$3/bin/python.settings" ;;
  *"pip install"*) [ -z "$PIP_FAILS" ] || { echo "no such index" >&2; exit 1; } ;;
  *"import sls_leastpriv"*) ;;
  *version_info*) echo "$VERSION" ;;
esac
