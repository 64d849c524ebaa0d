// What the transport is measured against: libcurl's multi interface driven by nothing but C, and a server that costs
// next to nothing.
#ifndef BARE_LOOP_H
#define BARE_LOOP_H

#include <stddef.h>

/// One request, whose bytes are made before the measurement.
struct bare_request {
    const char *url;
    /// Header lines, such as "Accept: application/json".
    const char *const *header_lines;
    size_t header_count;
    const void *body;
    size_t body_length;
};

/// Sends `request` `messages` times with `in_flight` at a time. Returns how many were answered with 200.
long bare_loop_run(const struct bare_request *request, long messages, long in_flight);

/// Listens on a free loopback port and returns its descriptor; -1 when that fails.
int fixed_answer_listen(int *port);

/// Answers every HTTP request that comes to `listener` with `body` as JSON, until the process ends.
void fixed_answer_serve(int listener, const char *body);

#endif
