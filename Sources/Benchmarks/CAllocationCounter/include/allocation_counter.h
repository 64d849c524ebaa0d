#pragma once
#include <stdbool.h>
#include <stdint.h>

// Counts what the whole process takes from the heap: the C library's entry points are replaced in this executable alone.
void allocation_counter_start(void);
void allocation_counter_stop(void);
uint64_t allocation_counter_bytes(void);
uint64_t allocation_counter_calls(void);
