// For each function of BoringSSL that is called here: a hidden function of its
// name that jumps to where its slot points, and the slot. bound.cc fills them.
#if !defined(__x86_64__)
#error "the stubs below are for x86-64"
#endif

  .bss
  .balign 8
  .globl pki_bound_slots
  .hidden pki_bound_slots
pki_bound_slots:
  .section .rodata.pki_bound_names, "a", @progbits
  .globl pki_bound_names
  .hidden pki_bound_names
pki_bound_names:
  .text

#define FUNCTION(name)                     \
  .globl name;                             \
  .hidden name;                            \
  .type name, @function;                   \
name:                                      \
  jmp *.Lslot_##name(%rip);                \
  .size name, . - name;                    \
  .bss;                                    \
.Lslot_##name:                             \
  .skip 8;                                 \
  .section .rodata.pki_bound_names;        \
  .asciz #name;                            \
  .text

#include "capi/crypto_binding/bound_functions.inc"

// The empty name ends the list.
  .section .rodata.pki_bound_names
  .byte 0
  .section .note.GNU-stack, "", @progbits
