"""Finds BoringSSL: Debian's android-libboringssl, or the prefix BORINGSSL_ROOT.

A prefix has include/ and lib/libcrypto.a (upstream BoringSSL or AWS-LC); it is
linked statically and stays hidden. Debian's library is shared.
"""

_BUILD = """
package(default_visibility = ["@//third_party:__pkg__"])

cc_library(
    name = "boringssl",
    hdrs = glob(["include/openssl/**"]),
    includes = ["include"],
    linkopts = [{linkopts}],
    {srcs}
)

filegroup(
    name = "libcrypto",
    srcs = ["{library}"],
)
"""

def _debian_libcrypto(ctx):
    for directory in ctx.path("/usr/lib").readdir():
        library = directory.get_child("android").get_child("libcrypto.so")
        if library.exists:
            return library
    fail("BoringSSL is missing: apt-get install android-libboringssl-dev")

def _boringssl_repository_impl(ctx):
    root = ctx.os.environ.get("BORINGSSL_ROOT", "")
    if root:
        include = ctx.path(root + "/include")
        library = ctx.path(root + "/lib/libcrypto.a")
        srcs = "srcs = [\"libcrypto.a\"],"
        linkopts = ["-Wl,--exclude-libs,libcrypto.a", "-pthread"]
    else:
        include = ctx.path("/usr/include/android")
        library = _debian_libcrypto(ctx)
        srcs = ""

        # As needed: what resolves these functions by itself, as the shared
        # library does, must not load libcrypto at its start.
        linkopts = [
            "-Wl,--push-state,--as-needed,%s,--pop-state" % library,
            "-Wl,-rpath,%s" % library.dirname,
        ]
    for path in [include, library]:
        if not path.exists:
            fail("BoringSSL is missing: no %s" % path)
    ctx.symlink(include, "include")
    ctx.symlink(library, library.basename)
    ctx.file("BUILD.bazel", _BUILD.format(
        library = library.basename,
        linkopts = ", ".join(["\"%s\"" % option for option in linkopts]),
        srcs = srcs,
    ))

boringssl_repository = repository_rule(
    implementation = _boringssl_repository_impl,
    environ = ["BORINGSSL_ROOT"],
    local = True,
)
