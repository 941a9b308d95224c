site_configuration = {
    "systems": [{
        "name": "grid", "hostnames": [".*"],
        "partitions": [{
            "name": "all", "scheduler": "sge", "launcher": "local", "access": ["-q all.q"], "environs": ["builtin"],
            "resources": [{"name": "pe", "options": ["-pe smp {slots}"]}]}]}],
    "environments": [{"name": "builtin", "cc": "cc", "cxx": "", "ftn": ""}]}
