/* What a probe sees of a call, and the two questions it asks about it. */
#ifndef WIRETRACE_TRACE_H
#define WIRETRACE_TRACE_H

#include <stdint.h>

struct frame {
  uint64_t entered_ns;
  uint32_t thread;
  uint32_t depth;
};

struct probe {
  const char *name;
  void (*run)(struct frame *frame);
};

/* Nonzero when sampling leaves this call out. */
int trace_skip(struct frame *frame, int symbol);

/* Counts the call; `call_sites` sets how often the symbol is sampled from now on. */
void trace_record(struct frame *frame, int symbol, int call_sites);

#endif
