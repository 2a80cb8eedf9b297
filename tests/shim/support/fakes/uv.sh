#!/bin/sh
# Stands in for uv: the Python that it brings is the fake one.
echo "uv $*" >> "$FAKE_LOG"
case "$*" in
  venv*)
    for folder in "$@"; do :; done
    /bin/mkdir -p "$folder/bin"
    /bin/cp "$FAKE_PYTHON" "$folder/bin/python"
    echo "VERSION=3.14" > "$folder/bin/python.settings" ;;
esac
