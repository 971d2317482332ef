"""A shared library under its soname."""

def _soname_link_impl(ctx):
    link = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = link, target_file = ctx.file.library)
    files = depset([link, ctx.file.library])
    return [DefaultInfo(
        files = depset([link]),
        runfiles = ctx.runfiles(transitive_files = files),
    )]

soname_link = rule(
    implementation = _soname_link_impl,
    doc = "A link to `library` with the name of this target.",
    attrs = {
        "library": attr.label(mandatory = True, allow_single_file = True),
    },
)
