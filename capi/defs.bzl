"""Where a test makes no sense."""

# For programs that are not built with the sanitizers that the library has.
NOT_UNDER_SANITIZERS = select({
    "//third_party:sanitizer": ["//capi:no_platform"],
    "//conditions:default": [],
})
