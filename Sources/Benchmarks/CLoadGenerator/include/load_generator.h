// Clients of an HTTP server that cost next to nothing: one thread, one epoll, requests whose bytes are made beforehand.
#ifndef LOAD_GENERATOR_H
#define LOAD_GENERATOR_H

#include <stddef.h>
#include <stdint.h>

/// The digits of the number that makes each request another one.
enum { load_number_digits = 9 };

struct load_generator;

/// One request and the places in it where its number is to stand, `load_number_digits` bytes each.
struct load_request {
    const char *bytes;
    size_t length;
    const size_t *number_places;
    size_t number_count;
};

/// Connects so many clients to a loopback port; NULL when that fails.
struct load_generator *load_generator_open(int port, int clients, const struct load_request *request);

/// Sends the requests numbered `first` and up, each client one at a time over its one connection, and writes the time of each
/// in microseconds to `times`. Returns how many were answered with 202; less than `count` also when a connection ends.
long load_generator_run(struct load_generator *generator, long first, long count, uint32_t *times);

void load_generator_close(struct load_generator *generator);

#endif
