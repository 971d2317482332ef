"""Finds Debian's protobuf, under the name that Bazel's proto rules know."""

def _protobuf_repository_impl(ctx):
    ctx.symlink("/usr/bin/protoc", "protoc")
    ctx.symlink("/usr/include/google", "include/google")
    ctx.symlink(Label("//third_party:protobuf.BUILD"), "BUILD.bazel")

protobuf_repository = repository_rule(
    implementation = _protobuf_repository_impl,
    local = True,
)
