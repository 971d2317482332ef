"""Who may depend on whom under pki/: the one place that says so.

Lower layers come first. A folder may use those of the lines above its own;
folders of one line do not know each other. Bazel's visibility (BUILD.bazel) and
the include check of `./dev lint` both read this.
"""

LAYERS = [
    ["base"],
    ["der", "wire"],
    ["crypto"],
    ["x509"],
    ["template"],
    ["policy", "lint"],
    ["access"],
    ["store"],
    ["object"],
    ["keystore"],
    ["audit"],
    ["ca"],
    ["issue", "revoke"],
    ["engine"],
]
