"""What third_party/BUILD.bazel repeats for each system library."""

def system_library(name, libraries, **kwargs):
    """A library of the system, whose headers are on the compiler's own path.

    Args:
      name: the target.
      libraries: what to link, without "-l"; only what is used is kept.
      **kwargs: passed on to cc_library.
    """
    native.cc_library(
        name = name,
        linkopts = [
            "-Wl,--push-state,--as-needed",
        ] + ["-l" + library for library in libraries] + [
            "-Wl,--pop-state",
        ],
        **kwargs
    )
