"""Lists the functions of BoringSSL that a library calls."""

def _bound_functions_impl(ctx):
    archives = [
        library.pic_static_library or library.static_library
        for linker_input in ctx.attr.library[CcInfo].linking_context.linker_inputs.to_list()
        for library in linker_input.libraries
    ]
    archives = [archive for archive in archives if archive]
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [
            ctx.outputs.out.path,
            ctx.file.libcrypto.path,
        ] + [archive.path for archive in archives],
        inputs = archives + [ctx.file.libcrypto],
        outputs = [ctx.outputs.out],
        mnemonic = "BoundFunctions",
        use_default_shell_env = True,
    )

bound_functions = rule(
    implementation = _bound_functions_impl,
    doc = "A file with a line FUNCTION(name) for each one: what `library` " +
          "and all below it leave undefined and `libcrypto` exports. Empty " +
          "when `libcrypto` is an archive, which is linked like any other.",
    attrs = {
        "library": attr.label(mandatory = True, providers = [CcInfo]),
        "libcrypto": attr.label(mandatory = True, allow_single_file = True),
        "out": attr.output(mandatory = True),
        "_tool": attr.label(
            default = ":list_bound_functions",
            executable = True,
            cfg = "host",
        ),
    },
)
