PY := $(firstword python3 python)
